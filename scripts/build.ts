#!/usr/bin/env node
/** npm run build: compiles and signs a release into bdist/. */
import { builtText } from '../server/build/built.js';
import { upToDateBuild } from '../server/build/up-to-date.js';
import { withCommandNames } from '../server/command-name.js';

const started = performance.now();
const flags = process.argv.slice(2);
const known = upToDateBuild(flags);
if (known === undefined) {
  const { runBuild } = await import('../server/cli/build-command.js');
  await runBuild(flags);
} else {
  process.stdout.write(withCommandNames(builtText({ ...known, ms: performance.now() - started })));
}
