#!/usr/bin/env node
import { RESUME, resume } from '../server/cli/resume-command.js';
/** npm run resume: lets a halted release go on. */
import { print, runCommand } from '../server/cli/run-command.js';

await runCommand(RESUME, async ({ server }) => {
  print(await resume(server));
});
