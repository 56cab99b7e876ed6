#!/usr/bin/env node
/** npm run provision: the files of a new board, and how to get them onto it. */
import { runCommand } from '../server/exit.js';
import { PROVISION, provisionOptions } from '../server/provision/command.js';
import { instructions } from '../server/provision/instructions.js';
import { provision } from '../server/provision/provision.js';

await runCommand(PROVISION, async (flags) => {
  process.stdout.write(instructions(await provision(await provisionOptions(flags))));
});
