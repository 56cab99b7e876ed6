#!/usr/bin/env node
import { revoke } from '../server/cli/change-trust.js';
/** npm run revoke: the next root file, without these keys. */
import { print, runCommand } from '../server/cli/run-command.js';
import { REVOKE } from '../server/cli/trust-commands.js';

await runCommand(REVOKE, async (given) => {
  print(await revoke(given));
});
