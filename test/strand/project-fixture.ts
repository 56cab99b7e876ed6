/** Releases of a project, a good one, broken ones, a good one again; and the flash of a board that has the first. */
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import { provision } from '../../server/provision/provision.js';
import { World } from '../e2e/world.js';
import { MEMORY } from '../power/memory.js';
import { readTree, type Tree, writeTree } from '../power/tree.js';
import { Host } from './host.js';
import { session } from './session.js';

/** The port that the boards believe their server is at. */
export const PORT = 8267;
export const GOOD = 1000;
export const BAD = 2000;
export const NEXT = 3000;
export type ProjectName = 'own' | 'plug';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const WIFI = [['home', 'correct horse']] as const;
const APP = `import socket

s = socket.socket()


def begin():
    s.bind(("0.0.0.0", 80))
    s.listen(1)


def run():
    s.accept()
`;

/** The program that docs/client.md shows. */
function documented(): string {
  const [, text] = /```python\n(.*?)```/s.exec(readFileSync(join(ROOT, 'docs/client.md'), 'utf8')) ?? [];
  if (text === undefined) throw new Error('docs/client.md shows no program.');
  return text;
}

export class ProjectFixture {
  /** One build at a time. */
  #building: Promise<unknown> = Promise.resolve();
  #folders = 0;

  private constructor(
    readonly dir: string,
    readonly world: World,
    /** A board with the good release, after a session with its server. */
    readonly start: Tree,
    /** The set of the next good release. */
    readonly final: Tree,
    readonly next: Host,
  ) {}

  static async make(t: Test, name: ProjectName): Promise<ProjectFixture> {
    const dir = await mkdtemp(join(MEMORY, 'soft-ota-strand-'));
    const sources = name === 'plug' ? {} : { 'main.py': documented(), 'app.py': APP };
    const world = await World.make(t, { sources, plug: name === 'plug' });
    const good = await published(world, GOOD, join(dir, 'good'));
    await provisioned(world, join(dir, 'good'), join(dir, 'board'));
    await session(join(dir, 'board'), good.port);
    const start = readTree(join(dir, 'board'));
    await world.write({ 'next.txt': 'next' });
    const next = await published(world, NEXT, join(dir, 'next'));
    const final = await provisioned(world, join(dir, 'next'), join(dir, 'final'));
    await world.write({ 'next.txt': undefined });
    t.teardown(async () => {
      for (const host of [good, next]) host.close();
      await rm(dir, { recursive: true, force: true, maxRetries: 3 });
    });
    return new ProjectFixture(dir, world, start, final, next);
  }

  source(path: string): Promise<string> {
    return this.world.source(path);
  }

  /** A server of a release in which this file says that. */
  broken(path: string, text: string): Promise<Host> {
    const built = this.#building.then(async () => {
      const good = await this.source(path);
      await this.world.write({ [path]: text });
      try {
        return await published(this.world, BAD, join(this.dir, `broken${++this.#folders}`));
      } finally {
        await this.world.write({ [path]: good });
      }
    });
    this.#building = built.catch(() => undefined);
    return built;
  }

  /** A new board with the good release. */
  board(): string {
    const flash = join(this.dir, `flash${++this.#folders}`);
    writeTree(this.start, flash);
    return flash;
  }
}

async function published(world: World, release: number, folder: string): Promise<Host> {
  await rm(world.folders.bdist, { recursive: true, force: true });
  await world.build(release);
  await cp(world.folders.bdist, folder, { recursive: true });
  return Host.open(folder);
}

async function provisioned(world: World, bdist: string, out: string): Promise<Tree> {
  const server = `http://127.0.0.1:${PORT}`;
  await provision({ ...world.folders, bdist, out, board: 's20', id: 'c0ffee', wifi: WIFI, server });
  return readTree(out);
}
