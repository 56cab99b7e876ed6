/**
 * Runs several test files in one process, each after the tests of the one before: to load tap, the server and a board's thread takes
 * longer than most files test. Its arguments are the files.
 */
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const home = process.cwd();
// tap names its folders after the script and its arguments: two processes must not have the same, and a name has its length
const files = process.argv.splice(2);
process.argv[1] = resolve(files[0] ?? '');
const { default: t } = await import('tap');

/**
 * The schemas of the routes are compiled once, as in a server's life. Fastify makes a compiler anew for each of the hundreds of servers that
 * tests start, and that is a third of the work of starting one.
 */
function compileSchemasOnce(): void {
  const require = createRequire(createRequire(import.meta.url).resolve('fastify'));
  for (const name of ['@fastify/ajv-compiler', '@fastify/fast-json-stringify-compiler']) {
    const make = require(name) as (...options: unknown[]) => unknown;
    const shared = make();
    const known = require.cache[require.resolve(name)];
    if (known === undefined) throw new Error(`${name} is not loaded in the way that is known here.`);
    known.exports = Object.assign(
      (...options: unknown[]) => (options.length > 0 ? make(...options) : shared),
      make,
    );
  }
}

/**
 * A file queues its tests while it is loaded, and behind them stands the next file; tap would end if its
 * queue were ever empty. What is not buffered waits for all before it.
 */
function next(): void {
  const file = files.shift();
  if (file === undefined) return;
  t.test(file, { buffered: false }, async (load) => {
    process.chdir(home);
    t.jobs = 1; // the file before may have asked for more at a time
    await import(pathToFileURL(resolve(file)).href);
    load.pass('is loaded');
    next();
  });
}

compileSchemasOnce();
next();
