/** One board and four releases for it, each on a server of its own: a board asks the one that a boot is given. */
import { cp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import { rotate } from '../../server/keys/rotate.js';
import { provision } from '../../server/provision/provision.js';
import { staticHost } from '../e2e/static-host.js';
import { World } from '../e2e/world.js';
import { changed, readTree, type Tree, without } from './tree.js';

type Sources = Readonly<Record<string, string>>;
export type Name = 'old' | 'new' | 'bad' | 'next' | 'lib' | 'inplace' | 'epoch';

/** The port that the board believes its servers are at. */
export const PORT = 8267;
/** Nobody is there. */
const CLOSED = 1;

const main = (begin: string): string => `import machine
import ota
${begin}
try:
    import b  # it lies in /lib
except Exception:
    b = None
if ota.run():
    machine.reset()
ota.confirm()
import socket

s = socket.socket()
s.bind(("0.0.0.0", 80))
s.listen(1)
s.accept()
`;

const OLD: Sources = {
  'main.py': main(''),
  'gone/x.py': 'x = 1\n',
  'gone/too/y.txt': 'y',
  'lib/b.py': 'x = 2\n',
  'lib/t.py': 'x = 1\n',
  'one/page.html': 'one',
  'two.html': 'two',
};
/** A file of the client, a folder that is new and one that goes, a file where a folder was and the other way round, a .py that is .mpy now. */
const NEW: Sources = {
  'main.py': main('# new'),
  'lib/b.py': 'x = 3\n',
  'lib/t.py': 'x = 1\n',
  'fresh/of/it.txt': 'x'.repeat(700),
  one: 'a folder becomes a file',
  'two.html/page.html': 'a file becomes a folder',
};
const BAD: Sources = {
  ...NEW,
  'main.py': 'with open("data/plug.json", "w") as f:\n    f.write("{}")\nraise ValueError("bad")\n',
};
const NEXT: Sources = { ...OLD, 'main.py': main('# next'), 'lib/b.py': 'x = 4\n' };
/** Only a module that is loaded from /lib is another one. */
const LIB: Sources = { ...OLD, 'lib/b.py': 'x = 5\n' };
const SOURCES: Record<Name, Sources> = {
  old: OLD,
  new: NEW,
  bad: BAD,
  next: NEXT,
  lib: LIB,
  inplace: NEW,
  epoch: NEW,
};
/** A new epoch may use the same number again. */
const NUMBERS: Record<Name, number> = {
  old: 1000,
  new: 2000,
  bad: 2000,
  next: 3000,
  lib: 2000,
  inplace: 2000,
  epoch: 1000,
};
/** Of which the client is another one. */
const OTHER_CLIENT: readonly Name[] = ['new', 'bad', 'inplace', 'epoch'];
const KEPT_SOURCES: Partial<Record<Name, string[]>> = { old: ['main.py', 'lib/t.py'] };
const ID = 'c0ffee';
/** Seconds of a question, so that boots where nobody is there do not take longer. */
const WAIT = 3;
const WIFI = [['home', 'correct horse']] as const;
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const OWN = /^(boot\.py|rescue|update|data)(\/|$)/;
const SIGNED = ['data/head', 'data/manifest', 'data/anchors'];

export interface Patch {
  readonly path: string;
  readonly old: string;
  readonly fault: string;
}

/** The new release has another client than the old one. */
const CLIENT: Patch = { path: 'ota/client.py', old: '\nfrom ', fault: '\n_new = 1\nfrom ' };

export class Releases {
  readonly ports: Partial<Record<Name, number>> & { readonly nobody: number } = { nobody: CLOSED };
  readonly #provisioned = new Map<Name, Tree>();

  private constructor(
    readonly t: Test,
    readonly world: World,
  ) {}

  /** `patches` are faults that a test puts into the client or the guard; `world` is that of others, whose keys these have, too. */
  static async make(t: Test, names: readonly Name[], patches: readonly Patch[] = [], world?: World) {
    const releases = new Releases(t, world ?? (await World.make(t)));
    for (const name of names) await releases.#make(name, patches);
    return releases;
  }

  async #make(name: Name, patches: readonly Patch[]): Promise<void> {
    const { dir, folders } = this.world;
    const sources = join(dir, `sources-${name}`);
    const bdist = join(dir, `bdist-${name}-${performance.now()}`);
    await rm(folders.device, { recursive: true });
    await writeClient(folders.device);
    await this.world.write(SOURCES[name]);
    await patched(this.world, [...patches, ...(OTHER_CLIENT.includes(name) ? [CLIENT] : [])]);
    const project = {
      keepSource: KEPT_SOURCES[name] ?? ['main.py'],
      ...(name === 'inplace' ? { inplace: true } : {}),
    };
    await writeFile(join(dir, 'soft-ota.json'), JSON.stringify(project));
    if (name === 'epoch') await newEpoch(folders.keys);
    await rm(folders.bdist, { recursive: true, force: true });
    await this.world.build(NUMBERS[name]);
    await rename(folders.bdist, bdist);
    this.ports[name] = Number(new URL((await staticHost(this.t, bdist)).url).port);
    const server = `http://127.0.0.1:${PORT}`;
    await provision({
      ...folders,
      bdist,
      out: sources,
      board: 's20',
      id: ID,
      wifi: WIFI,
      server,
      wait: WAIT,
    });
    this.#provisioned.set(name, readTree(sources));
    await rm(sources, { recursive: true });
  }

  /** The board that was provisioned with the old release, when it has this one instead. */
  flash(name: Name): Tree {
    const [board, other] = [this.#provisioned.get('old'), this.#provisioned.get(name)];
    if (board === undefined || other === undefined) throw new Error(`There is no release ${name}.`);
    const isSet = (path: string): boolean => SIGNED.includes(path) || !OWN.test(path);
    const own = without(board, isSet);
    const set = without(other, (path) => !isSet(path));
    return changed(new Map([...own, ...set]), { 'data/plug.json': '{"name":"lamp"}\n' });
  }
}

/** For this release and all that are made after it. */
async function newEpoch(keys: string): Promise<void> {
  const nothing = { rootKeys: [], add: [], addRoot: [], remove: [] };
  await rotate({ keys, ...nothing, newEpoch: true, draft: join(keys, 'root-draft') });
}

/** The client alone, without the plug. */
export async function writeClient(device: string): Promise<void> {
  for (const name of ['boot.py', 'rescue', 'net.py', 'ota'])
    await cp(join(ROOT, 'device', name), join(device, name), { recursive: true });
}

async function patched(world: World, patches: readonly Patch[]): Promise<void> {
  for (const { path, old, fault } of patches) {
    const text = await readFile(join(world.folders.device, path), 'utf8');
    if (!text.includes(old)) throw new Error(`${old} is not in ${path}.`);
    await world.write({ [path]: text.replace(old, fault) });
  }
}
