#!/usr/bin/env node
/** npm run build: compiles and signs a release into bdist/. */
import { builtText, recallBuild } from '../server/build/up-to-date.js';
import { asTyped } from '../server/command-name.js';

const started = performance.now();
const flags = process.argv.slice(2);
const known = recallBuild(flags);
if (known === undefined) {
  const { runBuild } = await import('../server/cli/build-command.js');
  await runBuild(flags);
} else {
  process.stdout.write(asTyped(builtText({ ...known, ms: performance.now() - started })));
}
