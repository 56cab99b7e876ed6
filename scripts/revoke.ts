#!/usr/bin/env node
/** npm run revoke: the next root file, without these keys. */
import { runCommand, say } from '../server/exit.js';
import { revoke } from '../server/keys/change-trust.js';
import { REVOKE } from '../server/keys/trust-commands.js';

await runCommand(REVOKE, async (given) => {
  say(await revoke(given));
});
