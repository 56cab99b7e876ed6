#!/usr/bin/env node
import { changeTrust } from '../server/cli/change-trust.js';
/** npm run rotate: the next root file. */
import { runCommand, say } from '../server/cli/run-command.js';
import { ROTATE } from '../server/cli/trust-commands.js';

await runCommand(ROTATE, async (given) => {
  say(await changeTrust(given));
});
