#!/usr/bin/env node
/** npm start: compiles, signs, serves and watches. */
import { START } from '../server/cli/commands.js';
import { runCommand } from '../server/cli/run-command.js';
import { startConfig } from '../server/process/config.js';

await runCommand(START, async (flags) => {
  const config = startConfig(flags);
  // The whole server is loaded only for flags that are right.
  const { main } = await import('../server/process/main.js');
  await main(config);
});
