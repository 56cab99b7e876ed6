#!/usr/bin/env node
/** npm run resume: lets a halted release go on. */
import { runCommand, say } from '../server/exit.js';
import { RESUME, resume } from '../server/fleet/resume-command.js';

await runCommand(RESUME, async ({ server }) => {
  say(await resume(server));
});
