/** Boards that are attacked: provisioned from the real client, or from one in which a test has taken a check away. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import { type Compiler, openCompiler } from '../../server/compile/compiler.js';
import { buildTree, type DeviceFile } from '../../server/compile/tree.js';
import { freshKey } from '../../server/manifest/fresh.js';
import { boardFiles } from '../../server/provision/board-files.js';
import { World } from '../e2e/world.js';

/** In this file of the client this text, which is there once, becomes that one: the check is gone. */
export type Hole = readonly [file: string, from: string, to: string];
export type Files = ReadonlyMap<string, Buffer>;

/** The port that the board believes its server to be at. */
export const PORT = 8267;
export const ID = 'c0ffee';
export const PASSWORD = 'correct horse';
export const KEY = freshKey(Buffer.alloc(32, 7), ID);
const CACHE = fileURLToPath(new URL('../../../.soft-ota/test-cache', import.meta.url));

/** What no attack may change, beside the set. */
const OWN = { 'data/plug.json': '{"name":"lamp","mqtt":"a secret of the house"}\n' };

export class Bench {
  readonly dir = mkdtempSync(join(tmpdir(), 'soft-ota-attacks-'));
  #flashes = 0;

  private constructor(
    readonly device: string,
    readonly compiler: Compiler,
    readonly set: Files,
    readonly guard: readonly DeviceFile[],
  ) {}

  static async make(t: Test): Promise<Bench> {
    const world = await World.make(t, { sources: { 'lib/b.py': 'x = 2\n', 'page.html': 'a page' } });
    const compiler = openCompiler();
    t.teardown(() => compiler.close());
    const { device } = world.folders;
    const tree = await buildTree({ device, abis: [6], cache: CACHE, keepSource: ['main.py'] }, compiler);
    const files = tree.sets[0]?.files ?? [];
    const bench = new Bench(device, compiler, asMap(files), tree.guard);
    t.teardown(() => rm(bench.dir, { recursive: true, force: true, maxRetries: 3 }));
    return bench;
  }

  /** The set of a board; with a hole, without that check. */
  async client(hole?: Hole): Promise<Files> {
    if (hole === undefined) return this.set;
    const [file, from, to] = hole;
    const text = readFileSync(join(this.device, file), 'utf8');
    if (text.split(from).length !== 2) throw new Error(`${file} has not just one: ${from}`);
    const source = Buffer.from(text.replace(from, () => to));
    const bytes = await this.compiler.compile({ abi: 6, path: file, source, checkOnly: false });
    return new Map([...this.set, [file.replace(/py$/, 'mpy'), bytes]]);
  }

  /** All that lies on a new board with this set; `release` is its head. */
  flash(set: Files, manifest: Buffer, head: Buffer, anchors: Buffer, wait: number, server?: string): Files {
    const files = [...set].map(([path, bytes]) => ({ path, bytes }));
    const laid = boardFiles(
      { files, guard: this.guard, manifest, release: { number: 0, head } },
      {
        board: 's20',
        anchors,
        id: ID,
        key: KEY.toString('hex'),
        wait,
        wifi: [['home', PASSWORD]],
        ...(server === undefined ? {} : { server }),
      },
    );
    const own = Object.entries(OWN).map(([path, text]): [string, Buffer] => [path, Buffer.from(text)]);
    return new Map([...asMap(laid), ...own]);
  }

  place(): string {
    return join(this.dir, `${++this.#flashes}-${randomBytes(2).toString('hex')}`);
  }
}

function asMap(files: readonly DeviceFile[]): Files {
  return new Map(files.map(({ path, bytes }) => [path, bytes]));
}
