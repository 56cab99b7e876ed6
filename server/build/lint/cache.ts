import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheKey, openCache } from '../compile/cache.js';
import type { Finding } from '../finding.js';
import { UNCHECKED } from './ruff-rules.js';

/** Gives what was found for the same parts before, else asks and remembers it, also over a restart. */
export type CachedLint = (parts: unknown, ask: () => Promise<Finding[]>) => Promise<Finding[]>;

const require = createRequire(import.meta.url);
let rules: Promise<string> | undefined;

/** Findings remembered in a folder; without one every question is asked. */
export function openLintCache(folder: string | undefined): CachedLint {
  if (folder === undefined) return (_parts, ask) => ask();
  const cache = openCache(folder);
  return async (parts, ask) => {
    rules ??= hashRules();
    const key = cacheKey(['lint', await rules], Buffer.from(JSON.stringify(parts)));
    const known = cache.get(key);
    if (known !== undefined) return JSON.parse(known.toString('utf8'));
    const findings = await ask();
    // A slow moment is not remembered for ever.
    if (!findings.some(({ rule }) => rule === UNCHECKED)) {
      cache.put(key, Buffer.from(JSON.stringify(findings)));
    }
    return findings;
  };
}

/** Changes with ruff's version and with every change of the rules here: their own code is hashed. */
async function hashRules(): Promise<string> {
  const folder = dirname(fileURLToPath(import.meta.url));
  const scripts = (await readdir(folder)).filter((name) => name.endsWith('.js')).sort();
  const ruff = join(dirname(require.resolve('@astral-sh/ruff-wasm-nodejs')), 'package.json');
  const texts = await Promise.all(
    [ruff, ...scripts.map((name) => join(folder, name))].map((path) => readFile(path)),
  );
  return createHash('sha256').update(Buffer.concat(texts)).digest('hex');
}
