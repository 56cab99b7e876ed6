/** A small release and a board that has the one before: what the fuzzer's inputs are changed from. */
import { createHash } from 'node:crypto';
import { encodeManifest } from '../../server/signing/manifest.js';
import { signHead } from '../../server/signing/sign.js';
import { EXPONENT, MODULUS, SIGNER } from './key.js';

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
const { keyId } = SIGNER;

/** As device/ota spells it. */
export const hashText = (bytes: Uint8Array): string => sha256(bytes).toString('base64').slice(0, 43);

type Files = Readonly<Record<string, Buffer>>;

function release(number: number, files: Files, root?: number) {
  const entries = Object.entries(files)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, bytes]) => ({ path, size: bytes.length, sha256: sha256(bytes) }));
  const manifest = encodeManifest(entries);
  const head = signHead(
    {
      release: number,
      epoch: 0,
      abi: 6,
      boards: ['s20', 's31'],
      python: '1.19',
      created: 1_763_692_741,
      set: { files: entries.length, bytes: 100, blocks: entries.length },
      manifest: { size: manifest.length, sha256: sha256(manifest) },
      ...(root === undefined ? {} : { root }),
    },
    SIGNER,
  );
  return { head, manifest, files: entries.map(({ path }) => files[path] ?? Buffer.alloc(0)) };
}

const kept = { 'lib/a.mpy': Buffer.from('kept'), 'old.py': Buffer.from('goes') };
const old = release(1_763_600_000, { ...kept, 'main.py': Buffer.from('print(1)\n') });
export const NEXT = release(1_763_692_800, {
  'lib/a.mpy': kept['lib/a.mpy'],
  'lib/b.mpy': Buffer.from('new'),
  'main.py': Buffer.from('print(2)\n'),
});
/** Leads to root/1. */
export const ROOTED = release(1_763_692_800, { 'main.py': Buffer.from('print(2)\n') }, 1);

function root(version: number): Buffer {
  const first = version === 0 ? 'soft-ota-root 1' : `soft-ota-root 1 ${keyId}`;
  const body = Buffer.from(
    `${first}\nversion ${version}\nepoch 0\nthreshold 1\nboth ${keyId} ${EXPONENT}\n${MODULUS}\n\n`,
  );
  return version === 0 ? body : Buffer.concat([body, SIGNER.sign(body)]);
}

export const ANCHORS = root(0);
export const ROOT = root(1);
export const SETTINGS = Buffer.from('{"server": "http://192.168.1.9:8267", "wait": 15, "board": "s20"}');
export const ENROL = Buffer.from(`7c9ebd11 ${'5a'.repeat(32)}`);
export const OLD = old;
export const BOARD: [string, Buffer][] = [
  ['/boot.py', Buffer.from('pass\n')],
  ['/main.py', Buffer.from('print(1)\n')],
  ['/old.py', kept['old.py']],
  ['/lib/a.mpy', kept['lib/a.mpy']],
  ['/data/anchors', ANCHORS],
  ['/data/head', old.head],
  ['/data/manifest', old.manifest],
  ['/data/ota.json', SETTINGS],
  ['/rescue/x', Buffer.from('x')],
  ['/update/safe', Buffer.alloc(0)],
];

/** What an update may stage, by the names of the journal: nothing but what the signed head names. */
export const STAGED = new Set(
  [NEXT, ROOTED]
    .flatMap(({ head, manifest, files }) => [head, manifest, ...files])
    .concat(ROOT)
    .map(hashText),
);
