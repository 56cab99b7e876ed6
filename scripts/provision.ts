#!/usr/bin/env node
import { PROVISION, provisionOptions } from '../server/cli/provision-command.js';
import { instructions } from '../server/cli/provision-instructions.js';
/** npm run provision: the files of a new board, and how to get them onto it. */
import { print, runCommand } from '../server/cli/run-command.js';
import { prepareBoard } from '../server/provision/provision.js';
import { writeBoard } from '../server/provision/write-board.js';

await runCommand(PROVISION, async (flags) => {
  const { files, report, notes } = await prepareBoard(await provisionOptions(flags));
  for (const note of notes) print(`Note: ${note}\n`);
  await writeBoard(report.out, files);
  process.stdout.write(instructions(report));
});
