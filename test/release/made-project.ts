/** A small project in a folder of its own, and the publish use case over it with a real compiler. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { openCompiler } from '../../server/build/compile/compiler.js';
import type { Keyring } from '../../server/keys/keyring.js';
import { type Published, type PublishOptions, publish } from '../../server/release/publish.js';
import { Releases } from '../../server/release/releases.js';
import { firstRoot, type Root } from '../../server/signing/root.js';
import { makeFolder } from '../keys/folder.js';
import { type MadeKey, makeKey } from '../signing/made-key.js';

export const compiler = openCompiler();
export const KEY = makeKey();
export const MASTER = Buffer.alloc(32, 9);

/** @param roots files of a folder keys/root, from the first one on; without any the key itself is trusted */
export function keyringOf(key: MadeKey, roots: readonly Root[] = [], ...others: MadeKey[]): Keyring {
  const history = roots.length === 0 ? [firstRoot(key.publicKey)] : roots;
  return {
    trust: { history, current: history.at(-1) ?? firstRoot(key.publicKey) },
    signers: () => [key.signer, ...others.map(({ signer }) => signer)],
    all: () => [key.signer],
    publicKey: () => key.publicKey,
    enrolmentMaster: () => MASTER,
  };
}

export const SOURCES: Record<string, string> = {
  'boot.py': 'print(1)\n',
  'main.py': 'from net.wifi import join\n\njoin()\n',
  'net/__init__.py': '',
  'net/wifi.py': 'def join():\n    return 1\n',
  'page.html': '<p>hello</p>\n',
};

export interface MadeProject {
  readonly dir: string;
  readonly bdist: string;
  readonly releases: Releases;
  write(path: string, text: string): void;
  remove(path: string): void;
  configure(settings: object): void;
  publish(options?: Partial<PublishOptions>, key?: MadeKey, signal?: AbortSignal): Promise<Published>;
  publishBy(keyring: Keyring, options?: Partial<PublishOptions>): Promise<Published>;
}

let clock = 1_763_692_800;

export function makeProject(t: Parameters<typeof makeFolder>[0], sources = SOURCES): MadeProject {
  const dir = makeFolder(t);
  const bdist = join(dir, 'bdist');
  const releases = new Releases();
  const write = (path: string, text: string) => {
    const full = join(dir, 'device', path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
  };
  for (const [path, text] of Object.entries(sources)) write(path, text);
  const now = () => {
    clock += 1;
    return clock;
  };
  const publishIt = (keyring: Keyring, options: Partial<PublishOptions>, signal?: AbortSignal) =>
    publish(
      { device: join(dir, 'device'), bdist, cache: join(dir, 'cache'), project: dir, ...options },
      { compiler, keyring, releases, now, announce: () => undefined },
      signal,
    );
  return {
    dir,
    bdist,
    releases,
    write,
    remove: (path) => rmSync(join(dir, 'device', path)),
    configure: (settings) => writeFileSync(join(dir, 'soft-ota.json'), JSON.stringify(settings)),
    publish: (options = {}, key = KEY, signal) => publishIt(keyringOf(key), options, signal),
    publishBy: (keyring, options = {}) => publishIt(keyring, options),
  };
}

/** Every file below a folder, path → bytes. */
export function readTree(folder: string): Map<string, Buffer> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).toSorted();
  return new Map(paths.map((path) => [relative(folder, path), readFileSync(path)]));
}
