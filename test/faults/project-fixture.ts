/** A project in a folder of its own, the real commands run in it as children that may be killed, and what must hold then. */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import type { Built } from '../../server/build/built.js';
import { BUILD } from '../../server/cli/commands.js';
import { parseFlags } from '../../server/cli/flags.js';
import { readReleaseKey } from '../../server/keys/keyring.js';
import { trustFrom } from '../../server/keys/trust.js';
import { build } from '../../server/process/build.js';
import { buildConfig } from '../../server/process/config.js';
import { readBlob } from '../../server/release/blobs.js';
import { finishCommit } from '../../server/release/commit-heads.js';
import { readHeads } from '../../server/release/heads.js';
import { lockFolder } from '../../server/release/lock.js';
import { verifyBdist } from '../../server/release/verify.js';
import { parseManifest } from '../../server/signing/manifest.js';
import { firstRoot } from '../../server/signing/root.js';
import { verifyHead } from '../../server/signing/verify.js';
import { type Started, startScript } from '../process/made-project.js';
import { ORDER, type Order } from './preload.js';

const compiled = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
export const PRELOAD: string = compiled('test/faults/preload.js');

export const SOURCES: Readonly<Record<string, string>> = {
  'device/boot.py': 'print(1)\n',
  'device/main.py': 'from net.wifi import join\n\njoin()\n',
  'device/net/__init__.py': '',
  'device/net/wifi.py': 'def join():\n    return 1\n',
  'device/page.html': '<p>hello</p>\n',
};

/** Path below the project → text. */
export function writeFiles(dir: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly errors: string;
  /** What the preload said. */
  readonly counted: readonly string[];
}

/** A command in `dir`, whose disk fails as ordered. */
export function runIn(
  dir: string,
  command: 'build' | 'keygen',
  order: Order = { at: 0, torn: false },
): Promise<Ended> {
  mkdirSync(dir, { recursive: true });
  const child = spawn(process.execPath, ['--import', PRELOAD, compiled(`scripts/${command}.js`)], {
    cwd: dir,
    env: { ...process.env, [ORDER]: JSON.stringify(order) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said = collect(child.stderr);
  return new Promise((resolve) => {
    child.once('close', (code, signal) =>
      resolve({ code, signal, errors: said(), counted: said().split('\n').filter(Boolean) }),
    );
  });
}

/** The same in this process, which is ten times faster; one at a time, because a process is in one folder. */
export function rebuild(dir: string): Promise<Built> {
  const mine = rebuilding.then(async () => {
    const home = process.cwd();
    process.chdir(dir);
    return build(buildConfig(parseFlags(BUILD.flags, []), {})).finally(() => process.chdir(home));
  });
  rebuilding = mine.catch(() => undefined);
  return mine;
}

let rebuilding: Promise<unknown> = Promise.resolve();

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.on('data', (piece) => {
    text += piece;
  });
  return () => text;
}

/** Every head that lies there is signed, and every byte that it names is right. @returns the release numbers, without twins */
export async function wholeHeads(dir: string): Promise<number[]> {
  const bdist = join(dir, 'bdist');
  const key = await readReleaseKey(join(dir, 'keys'));
  const numbers = new Set<number>();
  for (const { bytes } of await readHeads(bdist)) {
    const head = verifyHead(bytes, [key]);
    for (const { sha256 } of parseManifest(await readBlob(bdist, head.manifest.sha256.toString('hex')))) {
      await readBlob(bdist, sha256.toString('hex'));
    }
    numbers.add(head.release);
  }
  return [...numbers];
}

/** What every start does first; then what `npm run verify` says. @returns the release that is served before any build */
export async function restart(dir: string): Promise<number> {
  const bdist = join(dir, 'bdist');
  const key = await readReleaseKey(join(dir, 'keys'));
  const unlock = await lockFolder(bdist);
  await finishCommit(bdist, (bytes) => verifyHead(bytes, [key]));
  await unlock();
  const { heads } = await verifyBdist(bdist, trustFrom(firstRoot(key)));
  return heads[0]?.release ?? 0;
}

/** All files below the project, so that nothing can grow unseen, but for the one memory that only the command itself keeps. */
export function filesIn(dir: string): string[] {
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)))
    .filter((path) => path !== '.soft-ota/last-build.json')
    .toSorted();
}

export function copyProject(from: string, to: string): void {
  cpSync(from, to, { recursive: true, preserveTimestamps: true });
}

/** `npm start` in `dir`, as in test/process. */
export function startIn(t: Test, dir: string, files?: number): Started {
  return startScript(t, ['--port', '0', '--host', '127.0.0.1'], dir, files);
}
