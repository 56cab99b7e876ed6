/** SIGKILL at any file-system call of a server that starts, watches, publishes and answers. All of them: npm run faults. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import t, { type Test } from 'tap';
import { readReleaseKey } from '../../server/keys/keyring.js';
import { parseManifest } from '../../server/signing/manifest.js';
import { type PublicKey, verifyHead } from '../../server/signing/verify.js';
import { makeFolder } from '../keys/folder.js';
import { writeReadyKeys } from '../keys/ready.js';
import type { Started } from '../process/made-project.js';
import { doNotSync } from './disk.js';
import { ORDER, type Order } from './preload.js';
import {
  copyProject,
  filesIn,
  PRELOAD,
  rebuild,
  restart,
  SOURCES,
  startIn,
  wholeHeads,
  writeFiles,
} from './project-fixture.js';
import { isThorough, sample } from './sample.js';

const SEED = 4;
const MAX_KILLS = isThorough() ? Number.POSITIVE_INFINITY : 5;
const TIMEOUT_MS = 60_000;
/** Of a watcher that was laid this moment. */
const SETTLE_MS = 300;
await doNotSync();
/** Too large for memory: it is sent from disk. */
const LARGE = { 'device/big.bin': 'large'.repeat(300_000) };
const CHANGE = { 'device/page.html': '<p>other</p>\n', 'device/net/wifi.py': 'def join():\n    return 2\n' };

/** A server whose disk fails as ordered. */
function startFaulty(t: Test, dir: string, order: Order): Started {
  process.env.NODE_OPTIONS = `--import=${pathToFileURL(PRELOAD)}`;
  process.env[ORDER] = JSON.stringify(order);
  const server = startIn(t, dir);
  delete process.env.NODE_OPTIONS;
  delete process.env[ORDER];
  return server;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** One device that takes everything; throws when something wrong came as an answer. @returns the release; 0 when it was cut off */
async function takeAll(port: number, key: PublicKey): Promise<number> {
  const get = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${port}/${path}`);
    return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) };
  };
  const blob = async (hash: string) => {
    const { status, bytes } = await get(`blobs/${hash}`);
    if (status !== 200 || sha256(bytes) !== hash) throw new Error(`wrong: ${status} for blob ${hash}`);
    return bytes;
  };
  try {
    const { status, bytes } = await get('6/head');
    if (status === 503) return 0;
    const head = verifyHead(bytes, [key]);
    const entries = parseManifest(await blob(head.manifest.sha256.toString('hex')));
    for (const entry of entries) await blob(entry.sha256.toString('hex'));
    return head.release;
  } catch (error) {
    // The connection ends with the server: no answer is not a wrong one.
    if (error instanceof TypeError) return 0;
    throw error;
  }
}

/** Starts, saves a change, and takes releases until the server dies or has published. @returns all releases that were served whole */
async function live(server: Started, dir: string, key: PublicKey): Promise<Set<number>> {
  const served = new Set<number>();
  const dead = server.exit.then(() => 'dead' as const);
  const listening = server.line('listening').catch(() => undefined);
  const first = await Promise.race([dead, listening]);
  if (first === 'dead' || first === undefined) return served;
  const ready = await Promise.race([dead, server.line('release unchanged').catch(() => undefined)]);
  if (ready === 'dead') return served;
  await Promise.race([dead, sleep(SETTLE_MS)]);
  writeFiles(dir, CHANGE);
  const published = server.line('release published').catch(() => undefined);
  const over = Promise.race([dead, published]);
  let isOver = false;
  void over.then(() => {
    isOver = true;
  });
  for (const end = performance.now() + TIMEOUT_MS; !isOver && performance.now() < end; ) {
    served.add(await takeAll(Number(first.port), key));
  }
  served.delete(0);
  return served;
}

async function callsOf(t: Test, start: string, dir: string, key: PublicKey): Promise<string[]> {
  copyProject(start, dir);
  const server = startFaulty(t, dir, { at: 0, torn: false });
  await live(server, dir, key);
  server.child.kill('SIGTERM');
  await server.exit;
  return server.errors().split('\n').filter(Boolean);
}

async function killOnce(t: Test, dir: string, at: number, key: PublicKey, expected: readonly string[]) {
  const [old = 0] = await wholeHeads(dir);
  const server = startFaulty(t, dir, { at, torn: false });
  const served = await live(server, dir, key);
  server.child.kill('SIGKILL');
  await server.exit;
  const back = await restart(dir);
  for (const release of served) {
    if (release !== old && release !== back) throw new Error(`${release} was served, ${back} is there`);
  }
  writeFiles(dir, CHANGE);
  await rebuild(dir);
  const last = await restart(dir);
  if (last <= old || (back !== old && back !== last))
    throw new Error(`release ${old}, ${back}, then ${last}`);
  const wrong = filesIn(dir).filter((path) => !expected.includes(path));
  if (wrong.length > 0) throw new Error(`litter: ${wrong}`);
}

/** The change is compiled and checked already: kill.test.ts has these calls, too, and compiler and linter take long to start. */
async function remember(start: string, warm: string): Promise<void> {
  copyProject(start, warm);
  writeFiles(warm, CHANGE);
  await rebuild(warm);
  copyProject(join(warm, '.soft-ota', 'cache'), join(start, '.soft-ota', 'cache'));
}

t.test('a server is killed while it starts, watches, publishes and answers', async (t) => {
  const home = makeFolder(t);
  const start = join(home, 'start');
  await writeReadyKeys(join(start, 'keys'));
  const key = await readReleaseKey(join(start, 'keys'));
  writeFiles(start, { ...SOURCES, ...LARGE });
  await rebuild(start);
  if (!isThorough()) await remember(start, join(home, 'warm'));
  const calls = await callsOf(t, start, join(home, 'end'), key);
  t.ok(calls.length > 20, `${calls.length} calls`);
  const expected = filesIn(join(home, 'end'));
  const points = sample(
    calls.map((_, i) => i + 1),
    MAX_KILLS,
    SEED,
  );
  const broken: string[] = [];
  for (const at of points) {
    const dir = join(home, String(at));
    copyProject(start, dir);
    await killOnce(t, dir, at, key, expected).catch((error) => broken.push(`${at}: ${error}`));
  }
  t.comment(`${points.length} kill points, ${broken.length} broken`);
  t.same(broken, []);
});
