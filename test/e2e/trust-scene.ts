/** A board, a host that offers it the next release, and keys enough to sign whatever a test wants said. */
import { readFileSync } from 'node:fs';
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import { type HeadFields, parseHead } from '../../server/signing/head.js';
import { signHead } from '../../server/signing/sign.js';
import { type MadeKey, makeKey } from '../signing/made-key.js';
import { type StaticHost, staticHost } from './static-host.js';
import { named, refusal, TestBoard, World } from './world.js';

const DEVICE = fileURLToPath(new URL('../../../device/', import.meta.url));
/** What the boards here have, and what they are offered. */
export const OLD = 1000;
export const NEW = 1001;

/** In this file of the client, this text, once, becomes that one: the check is gone. */
export type Patch = readonly [file: string, from: string, to: string];
/** Where the client judges who has signed. */
export const TRUST = 'ota/trust.py';
/** Checks that heads and root files have in common, each gone. */
export const GONE = {
  named: [TRUST, 'return missing > 0 and code', 'return code and False'],
  role: [TRUST, 'if key[0] != (b"release" if root else b"root"):', 'if key:'],
  each: [
    TRUST,
    'refuse(not signed(h, f.read(size), n, int(e), idle), "signature_invalid", key)',
    'if not signed(h, f.read(size), n, int(e), idle): continue',
  ],
} as const satisfies Record<string, Patch>;
export type Signed = Partial<HeadFields>;

export class Scene {
  readonly #roots = new Map<string, Buffer>();
  #head: Buffer | undefined;
  #boards = 0;

  private constructor(
    readonly t: Test,
    readonly world: World,
    readonly host: StaticHost,
    readonly board: TestBoard,
    readonly old: HeadFields,
    readonly fields: HeadFields,
  ) {
    host.tamper = (path) => (path.endsWith('/head') ? this.#head : this.#roots.get(path));
  }

  static async make(
    t: Test,
    patches: readonly Patch[] = [],
    sources: Record<string, string> = {},
  ): Promise<Scene> {
    const world = await World.make(t, {
      sources: { 'lib/b.py': 'x = 2\n', ...patched(patches), ...sources },
    });
    await world.build(OLD);
    const host = await staticHost(t, world.folders.bdist);
    const board = await world.board(t, { server: host.url });
    const old = parseHead(await board.read('data/head')).head;
    await world.write({ 'lib/b.py': 'x = 22\n' });
    await world.build(NEW);
    const { head } = parseHead(await readFile(join(world.folders.bdist, '6/head')));
    return new Scene(t, world, host, board, old, head);
  }

  /** A board of its own that trusts this root file, and whose release these keys have signed. */
  async trusting(root: Buffer, keys: readonly MadeKey[], said: Signed = {}): Promise<TestBoard> {
    const flash = join(this.world.dir, `trusting${++this.#boards}`);
    await cp(this.board.options.flash, flash, { recursive: true });
    const board = new TestBoard({ ...this.board.options, flash });
    this.t.teardown(() => board.cut());
    await board.lay('data/anchors', root);
    await board.lay('data/head', signed({ ...this.old, ...said }, keys));
    return board;
  }

  /** The next release, or what is said instead, as these keys sign it; and the root files from version 1 on. */
  offer(keys: readonly MadeKey[], said: Signed = {}, roots: readonly Buffer[] = []): Buffer {
    this.#head = signed({ ...this.fields, ...said }, keys);
    this.#roots.clear();
    for (const [i, root] of roots.entries()) this.#roots.set(`/root/${i + 1}`, root);
    this.host.asked.length = 0;
    return this.#head;
  }
}

export const [A, B, C, D, E] = [makeKey(), makeKey(), makeKey(), makeKey(), makeKey()];

function signed(fields: HeadFields, keys: readonly MadeKey[]): Buffer {
  const [first, ...others] = keys.map(({ signer }) => signer);
  if (first === undefined) throw new Error('somebody has to sign');
  return signHead(fields, first, ...others);
}

/** The sources of a client without its checks. */
export function patched(patches: readonly Patch[]): Record<string, string> {
  const sources: Record<string, string> = {};
  for (const [file, from, to] of patches) {
    const text = sources[file] ?? readFileSync(join(DEVICE, file), 'utf8');
    if (text.split(from).length !== 2) throw new Error(`${file} has not just one ${from}`);
    sources[file] = text.replace(from, () => to);
  }
  return sources;
}

/** `installed`, `current`, or the code of the refusal. */
export async function outcome(board: TestBoard): Promise<string> {
  const events = await board.powerOn();
  const refused = refusal(events);
  if (refused !== undefined)
    return refused.code === 'failed' ? `failed ${refused.msg}` : String(refused.code);
  return named(events, 'installed').length > 0 ? 'installed' : 'current';
}

/** What must be as it was after a refusal. */
export async function kept(board: TestBoard): Promise<readonly Buffer[]> {
  return Promise.all(
    ['data/head', 'data/anchors', 'data/manifest', 'lib/b.mpy'].map((path) => board.read(path)),
  );
}

export interface Attack {
  readonly name: string;
  readonly code: string;
  /** The checks that are in its way. */
  readonly without: readonly Patch[];
  /** The board that is attacked; the host offers already what it should not take. */
  readonly begin: (scene: Scene) => Promise<TestBoard>;
  /** What comes of it without the check; otherwise `installed`. */
  readonly harm?: string;
}

/** Each attack on the real client, all on one scene; then each on a client that has not got the check. */
export function attacks(t: Test, all: readonly Attack[]): void {
  t.test('refused, and nothing is changed', async (t) => {
    const scene = await Scene.make(t);
    for (const { name, code, begin } of all) {
      const board = await begin(scene);
      const before = await kept(board);
      t.equal(await outcome(board), code, name);
      t.strictSame(await kept(board), before, `${name}: all is as it was`);
    }
  });
  const checks = new Set(all.map(({ without }) => JSON.stringify(without)));
  for (const check of checks) {
    const same = all.filter(({ without }) => JSON.stringify(without) === check);
    t.test(`without the check: ${same.map(({ name }) => name).join('; ')}`, async (t) => {
      const scene = await Scene.make(t, same[0]?.without);
      for (const { name, begin, harm = 'installed' } of same)
        t.equal(await outcome(await begin(scene)), harm, name);
    });
  }
}
