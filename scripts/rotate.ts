#!/usr/bin/env node
/** npm run rotate: the next root file. */
import { runCommand, say } from '../server/exit.js';
import { changeTrust } from '../server/keys/change-trust.js';
import { ROTATE } from '../server/keys/trust-commands.js';

await runCommand(ROTATE, async (given) => {
  say(await changeTrust(given));
});
