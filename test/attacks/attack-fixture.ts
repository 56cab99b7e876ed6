/** One attack: the board's flash before it, the hostile host with the bytes that it serves, and keys to sign whatever it wants said. */
import { createHash } from 'node:crypto';
import type { HeadFields } from '../../server/signing/head.js';
import { encodeManifest } from '../../server/signing/manifest.js';
import { encodeRoot, type Role } from '../../server/signing/root.js';
import { type Signer, signHead } from '../../server/signing/sign.js';
import { setTotals } from '../../server/signing/totals.js';
import type { BoardOptions } from '../../simulator/board.js';
import type { StaticHost, Tamper } from '../e2e/static-host.js';
import { type MadeKey, makeKey } from '../signing/made-key.js';
import type { Files } from './bench.js';
import type { Timeouts } from './victim-board.js';

/** R is the root key, A and B are release keys, S is a stranger's, N one that only later root files name. */
export const [R, A, B, S, N] = [makeKey(), makeKey(), makeKey(), makeKey(), makeKey()];
export const HAVE = 1000;
export const NEXT = 2000;
export const EVIL = 'evil runs';
/** What the attacker wants run: it says so. */
export const EVIL_MAIN = `print("${EVIL}")\n# ${'and the same bytes as ever, '.repeat(8)}\n`;

type Sources = Readonly<Record<string, string | Buffer | undefined>>;
export type Says = Partial<HeadFields>;
export type Keys = readonly (readonly [Role, MadeKey])[];

export class AttackFixture implements Timeouts {
  /** What the host answers, by path. */
  readonly files = new Map<string, Tamper>();
  /** Laid on the flash over what is provisioned. */
  readonly provisioned = new Map<string, Buffer>();
  board: Partial<BoardOptions> = {};
  wait = 15;
  limit = 100_000;
  pace = 0;
  /** Switches the network of the board off and on, while it asks. */
  radio: (up: boolean) => void = () => undefined;
  discover = false;
  anchors = root(
    1,
    [
      ['root', R],
      ['release', A],
      ['release', B],
    ],
    [],
  );
  installed: { head: Buffer; manifest: Buffer };

  constructor(
    public set: Files,
    readonly host: StaticHost,
  ) {
    this.installed = this.signed({ release: HAVE });
    host.tamper = (path) => this.files.get(path);
  }

  /** A set of files as an honest publisher would sign it. */
  signed(says: Says = {}, changes: Sources = {}, keys: readonly MadeKey[] = [A]) {
    const manifest = encodeManifest(this.entries(changes));
    const totals = setTotals(this.entries(changes));
    return { manifest, head: this.over(manifest, { set: totals, ...says }, keys) };
  }

  /** A head for any bytes as a manifest. */
  over(manifest: Buffer, says: Says = {}, keys: readonly MadeKey[] = [A]): Buffer {
    const fields: HeadFields = {
      release: NEXT,
      epoch: 0,
      abi: 6,
      boards: ['s20'],
      python: '1.19',
      created: 1_763_692_741,
      set: { files: 1, bytes: 1, blocks: 1 },
      manifest: { size: manifest.length, sha256: sha256(manifest) },
      ...says,
    };
    const [first, ...others] = keys.map((key): Signer => key.signer);
    if (first === undefined) throw new Error('Somebody has to sign.');
    return signHead(fields, first, ...others);
  }

  entries(changes: Sources = {}) {
    const all = new Map<string, Buffer>(this.set);
    for (const [path, content] of Object.entries(changes)) {
      if (content === undefined) all.delete(path);
      else all.set(path, Buffer.from(content));
    }
    for (const bytes of all.values()) this.blob(bytes);
    return [...all].map(([path, bytes]) => ({ path, size: bytes.length, sha256: sha256(bytes) }));
  }

  /** Serves this release: by default one that runs what the attacker wants, signed by a key that is trusted. */
  offer(
    says: Says = {},
    changes: Sources = { 'main.py': EVIL_MAIN },
    keys: readonly MadeKey[] = [A],
  ): Buffer {
    const { head, manifest } = this.signed(says, changes, keys);
    this.blob(manifest);
    this.files.set('/6/head', head);
    return head;
  }

  /** Serves bytes as a manifest with a right signature: a publisher who has turned, or whose tools have. */
  offerManifest(manifest: Buffer, says: Says = {}): void {
    this.files.set('/6/head', this.over(manifest, says));
    this.blob(manifest);
  }

  blob(bytes: Buffer, as: Tamper = bytes): string {
    const path = blobPath(bytes);
    if (!this.files.has(path) || as !== bytes) this.files.set(path, as);
    return path;
  }

  /** What the board has, when that is another release than usual. */
  has(says: Says = {}, changes: Sources = {}, keys: readonly MadeKey[] = [A]): void {
    for (const [path, content] of Object.entries(changes))
      this.set = new Map([...this.set, [path, Buffer.from(content ?? '')]]);
    this.installed = this.signed({ release: HAVE, ...says }, {}, keys);
  }
}

/** One key for root files, one for heads. */
export const rooted = (forRoots: MadeKey, forHeads: MadeKey): Keys => [
  ['root', forRoots],
  ['release', forHeads],
];

export function root(version: number, keys: Keys, signers: readonly MadeKey[], more = {}): Buffer {
  const named = keys.map(([role, { publicKey }]) => ({ ...publicKey, role }));
  const ids = signers.map(({ publicKey }) => publicKey.keyId);
  const body = encodeRoot({ version, epoch: 0, threshold: 1, keys: named, ...more }, ids);
  return Buffer.concat([body, ...signers.map(({ signer }) => signer.sign(body))]);
}

export function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

export function blobPath(bytes: Buffer): string {
  return `/blobs/${sha256(bytes).toString('hex')}`;
}

export function flip(bytes: Buffer, at: number): Buffer {
  const other = Buffer.from(bytes);
  const place = at < 0 ? bytes.length + at : at;
  other[place] = (other[place] ?? 0) ^ 1;
  return other;
}
