/** `npm install` in a checkout sets its own git hooks, and leaves those that somebody else has set. */
import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { makeFolder } from './keys/folder.js';

const HOOKS = fileURLToPath(new URL('../../.githooks', import.meta.url));

function run(cwd: string, command: string, ...words: string[]): string {
  return spawnSync(command, words, { cwd, encoding: 'utf8' }).stdout.trim();
}

function checkout(t: Test): string {
  const dir = makeFolder(t);
  cpSync(HOOKS, join(dir, '.githooks'), { recursive: true });
  run(dir, 'git', 'init', '-q');
  return dir;
}

function hooksPath(dir: string): string {
  run(dir, process.execPath, '.githooks/install.mjs');
  return run(dir, 'git', 'config', 'core.hooksPath');
}

t.test('in a checkout', async (t) => {
  t.equal(hooksPath(checkout(t)), '.githooks');
});

t.test('hooks of somebody else stay', async (t) => {
  const dir = checkout(t);
  run(dir, 'git', 'config', 'core.hooksPath', 'elsewhere');
  t.equal(hooksPath(dir), 'elsewhere');
});
