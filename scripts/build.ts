#!/usr/bin/env node
/** npm run build: compiles and signs a release into bdist/. */
import { builtText, recallBuild } from '../server/last-build.js';

const started = performance.now();
const flags = process.argv.slice(2);
const known = recallBuild(flags);
if (known === undefined) {
  const { runBuild } = await import('../server/build-command.js');
  await runBuild(flags);
} else {
  process.stdout.write(builtText({ ...known, ms: performance.now() - started }));
}
