#!/usr/bin/env node
/** npm start: compiles, signs, serves and watches. */
import { START } from '../server/commands.js';
import { startConfig } from '../server/config.js';
import { runCommand } from '../server/exit.js';

await runCommand(START, async (flags) => {
  const config = startConfig(flags);
  // The whole server is loaded only for flags that are right.
  const { main } = await import('../server/main.js');
  await main(config);
});
