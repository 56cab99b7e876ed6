/** No room on the disk, at every write of a publish: a clear error, the old release, and then a publish that works. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { makeFolder } from '../keys/folder.js';
import { writeReadyKeys } from '../keys/ready.js';
import { write } from '../process/made-project.js';
import { codeOfAsync } from '../throws-code.js';
import { type Call, doNotSync, failWith } from './disk.js';
import {
  copyProject,
  filesIn,
  rebuild,
  restart,
  SOURCES,
  startIn,
  wholeHeads,
  writeFiles,
} from './project-fixture.js';
import { isThorough, sample } from './sample.js';

await doNotSync();
const CHANGE = { 'device/page.html': '<p>other</p>\n', 'device/net/wifi.py': 'def join():\n    return 2\n' };

const MAX_POINTS = isThorough() ? Number.POSITIVE_INFINITY : 16;
const SEED = 4;

class Full extends Error {
  readonly code = 'ENOSPC';
  readonly syscall: string;

  constructor({ name, path }: Call) {
    super(`ENOSPC: no space left on device, ${name} '${path}'`);
    this.syscall = name;
  }
}

interface Point {
  /** The growing call from which on there is no room. */
  readonly first: number;
  /** That call itself finds some, for half of its bytes. */
  readonly half: boolean;
}

function fillAt({ first, half }: Point): void {
  let growing = 0;
  failWith({
    strikes: ({ name, grows }) => {
      if (!grows) return undefined;
      growing += 1;
      if (growing < first) return undefined;
      return half && growing === first && name === 'writeFile' ? 'half' : 'before';
    },
    happen: (call) => {
      throw new Full(call);
    },
  });
}

/** Every point of a publish that is not disturbed. */
async function pointsOf(dir: string): Promise<Point[]> {
  const points: Point[] = [];
  let growing = 0;
  failWith({
    strikes: ({ name, grows }) => {
      growing += grows ? 1 : 0;
      if (grows) points.push({ first: growing, half: false });
      if (name === 'writeFile') points.push({ first: growing, half: true });
      return undefined;
    },
    happen: () => undefined,
  });
  await rebuild(dir);
  failWith();
  return points;
}

async function makeShop(t: Test): Promise<string> {
  const dir = join(makeFolder(t), 'shop');
  await writeReadyKeys(join(dir, 'keys'));
  writeFiles(dir, SOURCES);
  return dir;
}

/** @returns how many points were tried */
async function fillEverywhere(t: Test, start: string): Promise<number> {
  const dir = makeFolder(t);
  const end = join(dir, 'end');
  copyProject(start, end);
  const points = sample(await pointsOf(end), MAX_POINTS, SEED);
  const expected = filesIn(end);
  for (const point of points) {
    const place = join(dir, 'try');
    copyProject(start, place);
    const fault = await fillOnce(place, point, expected).catch(String);
    if (fault !== '') t.fail(`${JSON.stringify(point)}: ${fault}`);
    rmSync(place, { recursive: true });
  }
  return points.length;
}

/** @returns what is not as it must be */
async function fillOnce(dir: string, point: Point, expected: readonly string[]): Promise<string> {
  const [old = 0] = await wholeHeads(dir);
  fillAt(point);
  const code = await codeOfAsync(() => rebuild(dir));
  failWith();
  // What needs room at the very end, or is only remembered, is no failure.
  if (code !== 'disk_full' && code !== 'ok') return `the code is ${code}`;
  const after = await wholeHeads(dir);
  if (code === 'disk_full' && after.join() !== (old === 0 ? '' : String(old))) return `then ${after}`;
  await rebuild(dir);
  if ((await restart(dir)) <= old) return 'nothing is published when there is room';
  return filesIn(dir)
    .filter((path) => !expected.includes(path))
    .join();
}

t.test('no room, from each call of a publish on, or from the middle of a write on', async (t) => {
  const project = await makeShop(t);
  await rebuild(project);
  writeFiles(project, CHANGE);
  const follows = await fillEverywhere(t, project);
  await rebuild(project); // from here on compiler and linter have nothing to do
  rmSync(join(project, 'bdist'), { recursive: true });
  const appears = await fillEverywhere(t, project);
  t.ok(follows > 10 && appears > 10, `${follows + appears} full disks`);
});

/** A disk of its own for a test, where this user may make one. */
function mountSmall(t: Test, bytes: number): string | undefined {
  const dir = join(makeFolder(t), 'small');
  mkdirSync(dir);
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', dir]);
  if (status !== 0) return undefined;
  t.teardown(() => spawnSync('umount', ['-l', dir]));
  return dir;
}

const DISK = 512 * 1024;

t.test('a real disk that is full: the server serves on, and publishes when there is room', async (t) => {
  const dir = mountSmall(t, DISK);
  if (dir === undefined) {
    t.pass('no disk can be mounted here: the injected faults above have to do');
    return;
  }
  copyProject(await makeShop(t), dir);
  const server = startIn(t, dir);
  const { port } = await server.line('listening');
  const { release } = await server.line('release published');
  const served = async () => (await (await fetch(`http://127.0.0.1:${port}/6/head`)).text()).split('\n')[1];
  // All but one block; the sources have to be saved as well.
  write(dir, 'page.html', 'x'.repeat(5000));
  fill(dir);
  t.match(await server.line('build failed'), { code: 'disk_full', todo: /previous release is still served/ });
  t.equal(await served(), `release ${release}`);
  t.same(await wholeHeads(dir), [release]);
  rmSync(join(dir, 'filler'));
  write(dir, 'page.html', 'y'.repeat(5000));
  const next = await server.line('release published');
  t.equal(await served(), `release ${next.release}`);
  server.child.kill('SIGKILL');
  await server.exit;
  t.equal(await restart(dir), next.release);
});

/** Takes all room that there is. */
function fill(dir: string): void {
  for (let size = DISK; size >= 1; size >>= 1) {
    try {
      writeFileSync(join(dir, 'filler'), Buffer.alloc(size), { flag: 'a' });
    } catch {
      // What fitted of it is there.
    }
  }
}
