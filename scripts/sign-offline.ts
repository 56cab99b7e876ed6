#!/usr/bin/env node
/** npm run sign-offline: one more signature, where its key is. */
import { print, runCommand } from '../server/cli/run-command.js';
import { SIGN_OFFLINE, signAndReport } from '../server/cli/sign-offline-command.js';

await runCommand(SIGN_OFFLINE, async (given) => {
  print(await signAndReport(given));
});
