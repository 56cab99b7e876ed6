#!/usr/bin/env node
import { changeTrust } from '../server/cli/change-trust.js';
/** npm run rotate: the next root file. */
import { print, runCommand } from '../server/cli/run-command.js';
import { ROTATE } from '../server/cli/trust-commands.js';

await runCommand(ROTATE, async (given) => {
  print(await changeTrust(given));
});
