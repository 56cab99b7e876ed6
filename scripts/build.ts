#!/usr/bin/env node
/** npm run build: compiles and signs a release into bdist/. */
import { build, summaryText } from '../server/build.js';
import { BUILD, buildConfig } from '../server/config.js';
import { runCommand } from '../server/exit.js';

await runCommand(BUILD, async (flags) => {
  const config = buildConfig(flags);
  process.stdout.write(summaryText(await build(config), config.bdist));
});
