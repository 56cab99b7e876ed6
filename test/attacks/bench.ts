/** Boards that are attacked: provisioned from the real client, or from one in which a test has taken a check away. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import { buildTree, type DeviceFile } from '../../server/build/compile/build-tree.js';
import { type Compiler, openCompiler } from '../../server/build/compile/compiler.js';
import { boardFiles } from '../../server/provision/board-files.js';
import { freshKey } from '../../server/signing/fresh.js';
import { MEMORY } from '../power/memory.js';
import { writeClient } from '../power/releases.js';
import type { Tree } from '../power/tree.js';

/** In this file of the client or the guard this text, which is there once, becomes that one: the check is gone. */
export type Mutation = readonly [file: string, from: string, to: string];
export type Files = ReadonlyMap<string, Buffer>;

/** The port that the board believes its server to be at. */
export const PORT = 8267;
export const ID = 'c0ffee';
export const PASSWORD = 'correct horse';
export const KEY = freshKey(Buffer.alloc(32, 7), ID);
const CACHE = fileURLToPath(new URL('../../../.soft-ota/test-cache', import.meta.url));
const GUARD = /^rescue\//;

/** The program ends at once, so that a board can be asked at its prompt again and again. */
const SOURCES = {
  'main.py': '# A program that ends at once; it is as long as a forged one, which has to fit in its place.\n',
  'lib/b.py': 'x = 2\n',
  'page.html': 'a page',
};
/** What no attack may change, beside the set. */
const OWN = { 'data/plug.json': '{"name":"lamp","mqtt":"a secret of the house"}\n' };

/** What a new board is provisioned with. */
export interface Provisioned {
  readonly set: Files;
  readonly guard: readonly DeviceFile[];
  readonly manifest: Buffer;
  readonly head: Buffer;
  readonly anchors: Buffer;
  readonly wait: number;
  readonly server: string | undefined;
}

export class Bench {
  readonly #compiled = new Map<Mutation, Promise<Buffer>>();

  private constructor(
    readonly dir: string,
    readonly compiler: Compiler,
    readonly set: Files,
    readonly guard: readonly DeviceFile[],
  ) {}

  static async make(t: Test): Promise<Bench> {
    const dir = mkdtempSync(join(MEMORY, 'soft-ota-attacks-'));
    t.teardown(() => rm(dir, { recursive: true, force: true, maxRetries: 3 }));
    const compiler = openCompiler();
    t.teardown(() => compiler.close());
    const device = join(dir, 'device');
    await writeClient(device);
    for (const [path, text] of Object.entries(SOURCES)) {
      await mkdir(dirname(join(device, path)), { recursive: true });
      await writeFile(join(device, path), text);
    }
    const tree = await buildTree({ device, abis: [6], cache: CACHE, keepSource: ['main.py'] }, compiler);
    return new Bench(dir, compiler, asMap(tree.sets[0]?.files ?? []), tree.guard);
  }

  /** The set of a board and its guard; with a hole, without that check. */
  async client(mutation?: Mutation): Promise<{ set: Files; guard: readonly DeviceFile[] }> {
    const { set, guard } = this;
    if (mutation === undefined) return { set, guard };
    const [file] = mutation;
    const bytes = await this.#made(mutation);
    if (!GUARD.test(file)) return { guard, set: new Map([...set, [file.replace(/py$/, 'mpy'), bytes]]) };
    return { set, guard: guard.map((one) => (one.path === file ? { ...one, bytes } : one)) };
  }

  #made(mutation: Mutation): Promise<Buffer> {
    const made = this.#compiled.get(mutation) ?? this.#make(mutation);
    this.#compiled.set(mutation, made);
    return made;
  }

  async #make([file, from, to]: Mutation): Promise<Buffer> {
    const text = readFileSync(join(this.dir, 'device', file), 'utf8');
    if (text.split(from).length !== 2) throw new Error(`${file} has not just one: ${from}`);
    const source = Buffer.from(text.replace(from, () => to));
    if (GUARD.test(file)) return source;
    return this.compiler.compile({ abi: 6, path: file, source, checkOnly: false });
  }

  /** All that lies on a new board. */
  flash({ set, guard, manifest, head, anchors, wait, server }: Provisioned): Files {
    const files = [...set].map(([path, bytes]) => ({ path, bytes }));
    const provisioned = boardFiles(
      { files, guard, manifest, release: { number: 0, head } },
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
    return new Map([...asMap(provisioned), ...own]);
  }
}

function asMap(files: readonly DeviceFile[]): Files {
  return new Map(files.map(({ path, bytes }) => [path, bytes]));
}

export function withFolders(files: Files): Tree {
  const all = new Map<string, Buffer | undefined>(files);
  for (const path of files.keys())
    for (let end = path.indexOf('/'); end > 0; end = path.indexOf('/', end + 1))
      all.set(path.slice(0, end), undefined);
  return new Map([...all].sort(([a], [b]) => (a < b ? -1 : 1)));
}
