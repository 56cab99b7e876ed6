/** Two releases of one project, and a board between them: it has the first, the server the second. */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freshKey } from '../../server/signing/fresh.js';
import { parseHead } from '../../server/signing/head.js';
import { parseManifest } from '../../server/signing/manifest.js';
import { newFlash } from './boards.js';
import type { Cleanup } from './cleanup.js';
import { compiled } from './paths.js';
import { makeProject, type Project, type Sources, temporaryFolder, writeAll } from './project.js';
import { openWire } from './proxy.js';
import { startServer } from './server.js';

/** Always the same numbers: their digits take memory on the board. */
const FIRST = 1763692800;
const SECOND = 1763692900;

export interface Between {
  /** A board with the first release; to be copied for every try. */
  readonly flash: string;
  /** Of the enrolment; see `copyOf`. */
  readonly master: Buffer;
  /** What the board must hold afterwards. */
  readonly wanted: ReadonlyMap<string, Buffer>;
  /** What it must not hold any more. */
  readonly gone: readonly string[];
}

/** `second` are the sources of the second release; those that only the first one had go. */
export async function between(first: Sources, second: Sources, cleanup: Cleanup): Promise<Between> {
  const project = await makeProject(first, cleanup);
  release(project, FIRST);
  const address = await forwarding(cleanup);
  const flash = await newFlash(project, address.url, cleanup);
  await rm(project.device, { recursive: true });
  await writeAll(project.device, second);
  release(project, SECOND);
  address.to((await startServer(project, cleanup, ['--halt-at', 'never'])).port);
  const gone = [...first.keys()].filter((path) => !second.has(path));
  const master = Buffer.from(await readFile(join(project.keys, 'enrolment.key'), 'latin1'), 'hex');
  return { flash, master, wanted: await published(project), gone };
}

function release({ folder }: Project, number: number): void {
  const args = [compiled('scripts/build.js'), '--release', String(number)];
  const { status } = spawnSync(process.execPath, args, {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error(`Release ${number} was not built.`);
}

/** The board is told an address before the server has one. */
async function forwarding(cleanup: Cleanup) {
  let port = 0;
  const { url } = await openWire(() => port, cleanup);
  const to = (found: number) => {
    port = found;
  };
  return { url, to };
}

/** Head, manifest and files as they lie in bdist/, by their paths on a board. */
async function published({ bdist }: Project): Promise<Map<string, Buffer>> {
  const blob = (hash: Buffer) => readFile(join(bdist, 'blobs', hash.toString('hex')));
  const head = await readFile(join(bdist, '6', 'head'));
  const manifest = await blob(parseHead(head).head.manifest.sha256);
  const files = new Map([
    ['data/head', head],
    ['data/manifest', manifest],
  ]);
  for (const { path, sha256 } of parseManifest(manifest)) files.set(path, await blob(sha256));
  return files;
}

/** A board of its own for one try: what one has undone for want of memory is not offered to that one again. */
export async function copyOf({ flash, master }: Between, cleanup: Cleanup): Promise<string> {
  const copy = join(await temporaryFolder(cleanup), 'flash');
  await cp(flash, copy, { recursive: true });
  const id = randomBytes(6).toString('hex');
  await writeFile(join(copy, 'data/enrol'), `${id} ${freshKey(master, id).toString('hex')}\n`);
  return copy;
}

/** Every byte is as the second release says, and what it has not is gone. */
export async function holds(flash: string, { wanted, gone }: Between): Promise<boolean> {
  for (const [path, content] of wanted) {
    const found = await readFile(join(flash, path)).catch(() => undefined);
    if (found === undefined || !found.equals(content)) return false;
  }
  return !gone.some((path) => existsSync(join(flash, path)));
}
