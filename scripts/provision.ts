#!/usr/bin/env node
/** npm run provision: the files of a new board, and how to get them onto it. */
import { runCommand, say } from '../server/exit.js';
import { PROVISION, provisionOptions } from '../server/provision/command.js';
import { instructions } from '../server/provision/instructions.js';
import { layBoard } from '../server/provision/lay-board.js';
import { prepareBoard } from '../server/provision/provision.js';

await runCommand(PROVISION, async (flags) => {
  const { files, report, notes } = await prepareBoard(await provisionOptions(flags));
  for (const note of notes) say(`Note: ${note}\n`);
  await layBoard(report.out, files);
  process.stdout.write(instructions(report));
});
