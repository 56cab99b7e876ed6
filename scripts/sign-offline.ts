#!/usr/bin/env node
/** npm run sign-offline: one more signature, where its key is. */
import { runCommand, say } from '../server/cli/run-command.js';
import { SIGN_OFFLINE, signAndTell } from '../server/cli/sign-offline-command.js';

await runCommand(SIGN_OFFLINE, async (given) => {
  say(await signAndTell(given));
});
