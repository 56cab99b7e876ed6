/** Arbitrary install: heads that nobody, somebody else, or a trusted key in another way has signed. */
import { constants, privateEncrypt } from 'node:crypto';
import { parseHead } from '../../server/signing/head.js';
import { differences } from '../power/tree.js';
import { A, type AttackFixture, blobPath, EVIL, EVIL_MAIN, flip, R, S, sha256 } from './attack-fixture.js';
import type { Mutation } from './bench.js';
import { flips } from './flips.js';
import type { Attack, End } from './run.js';

const row = 'arbitrary install';
export const SIGNATURE: Mutation = [
  'ota/trust.py',
  'refuse(not signed(h, f.read(size), n, int(e), idle), "signature_invalid", key)',
  'f.read(size)',
];
export const FORMAT: Mutation = [
  'ota/trust.py',
  'refuse(not line.startswith(magic), "head_invalid")',
  'pass',
];
export const TRUSTED: Mutation = ['ota/trust.py', 'return missing > 0 and code', 'return False'];
/** The guard checks once more what it copies, so no file gets in; but the release counts as installed. */
export const committed = ({ state }: End): boolean => state === 'installed';
export const HASH: Mutation = [
  'ota/install.py',
  'refuse(not base64(h.digest()) == want == digest(path, idle), "blob_damaged", want)',
  'h.digest()',
];

function serve(fixture: AttackFixture, change: (head: Buffer) => Buffer): void {
  fixture.files.set('/6/head', change(fixture.offer()));
}

/** The head as A's key signs any block at all, e.g. one with another padding. */
function signedBlock(head: Buffer, block: (digest: Buffer) => Buffer): Buffer {
  const { body } = parseHead(head);
  const padding = constants.RSA_NO_PADDING;
  return Buffer.concat([body, privateEncrypt({ key: A.privateKey, padding }, block(sha256(body)))]);
}

const INFO = Buffer.from('003031300d060960864801650304020105000420', 'hex');

/** Bleichenbacher 2006: less padding than there should be, and whatever the forger needs behind the digest. */
function loose(digest: Buffer): Buffer {
  const start = Buffer.concat([Buffer.from('0001ffffffffffffffff', 'hex'), INFO, digest]);
  return Buffer.concat([start, Buffer.alloc(256 - start.length, 0x41)]);
}

/** The same signature, one modulus higher: still 256 bytes for about one head in some. */
function higher(fixture: AttackFixture): void {
  for (let created = 1; ; created++) {
    const head = fixture.offer({ created });
    const { body, signatures } = parseHead(head);
    const sum =
      BigInt(`0x${signatures.toString('hex')}`) + BigInt(`0x${A.publicKey.modulus.toString('hex')}`);
    if (sum >> 2048n) continue;
    const other = Buffer.from(sum.toString(16).padStart(512, '0'), 'hex');
    fixture.files.set('/6/head', Buffer.concat([body, other]));
    return;
  }
}

const isOther = ({ before, after }: End): boolean => differences(after, before).includes('data/head differs');

const HEADS: readonly Attack[] = [
  {
    row,
    name: 'no signature at all',
    begin: (fixture) => serve(fixture, (head) => parseHead(head).body),
    ends: 'signature_invalid',
    mutation: SIGNATURE,
  },
  {
    row,
    name: 'a signature of zeros',
    begin: (fixture) => serve(fixture, (head) => Buffer.concat([parseHead(head).body, Buffer.alloc(256)])),
    ends: 'signature_invalid',
    mutation: SIGNATURE,
  },
  {
    row,
    name: "a stranger's key under its own name",
    begin: (fixture) => fixture.offer({}, { 'main.py': EVIL_MAIN }, [S]),
    ends: 'wrong_key',
    mutation: TRUSTED,
  },
  {
    row,
    name: "a stranger's key under the name of a trusted one",
    begin: (fixture) => {
      const head = fixture.offer();
      const { body } = parseHead(head);
      fixture.files.set('/6/head', Buffer.concat([body, S.signer.sign(body)]));
    },
    ends: 'signature_invalid',
    mutation: SIGNATURE,
  },
  {
    row,
    name: 'a root key that signs a head',
    begin: (fixture) => fixture.offer({}, { 'main.py': EVIL_MAIN }, [R]),
    ends: 'wrong_key',
    mutation: ['ota/trust.py', 'if key[0] != (b"release" if root else b"root"):', 'if key:'],
  },
  ...[60, -1].map(
    (at): Attack => ({
      row,
      name: `a flipped bit ${at < 0 ? 'of the signature' : 'of the head'}`,
      begin: (fixture) => {
        // A number in the head, and not the name of a line: what is wrong is found by the signature alone.
        const place = (head: Buffer) => (at < 0 ? at : head.indexOf('created ') + 12);
        serve(fixture, (head) => flip(head, place(head)));
      },
      ends: 'signature_invalid',
      mutation: SIGNATURE,
    }),
  ),
  {
    row,
    name: 'padding that a lax reader takes (Bleichenbacher)',
    begin: (fixture) => serve(fixture, (head) => signedBlock(head, loose)),
    ends: 'signature_invalid',
    mutation: [
      'ota/trust.py',
      'return m.to_bytes(size, "big") == b"\\0\\1" + b"\\xff" * (size - 54) + h',
      'return h in m.to_bytes(size, "big")',
    ],
  },
  {
    row,
    name: 'a signature that is larger than the modulus',
    begin: higher,
    ends: 'signature_invalid',
    mutation: ['ota/trust.py', 'if s >= n or n >> size * 8:', 'if n >> size * 8:'],
    harm: isOther,
  },
  {
    row,
    name: 'a head of a format that this board does not know, rightly signed',
    begin: (fixture) =>
      serve(fixture, (head) => {
        const today = parseHead(head).body.toString();
        const body = Buffer.from(today.replace('soft-ota 1 ', 'soft-ota 2 '));
        return Buffer.concat([body, A.signer.sign(body)]);
      }),
    ends: 'head_invalid',
    mutation: FORMAT,
  },
  ...flips(row, [FORMAT, TRUSTED, SIGNATURE]),
];

const SET: readonly Attack[] = [
  {
    row,
    name: 'another manifest in place of the signed one',
    begin: (fixture) => {
      const honest = fixture.signed({}, { 'page.html': 'A page' });
      fixture.files.set('/6/head', honest.head);
      // As long as the honest one, but its main.py is the attacker's.
      const forged = Buffer.from(evilManifest(fixture, honest.manifest));
      fixture.files.set(blobPath(honest.manifest), forged);
    },
    ends: 'blob_damaged',
    mutation: HASH,
    harm: committed,
  },
  {
    row,
    name: 'another file in place of the one that is named',
    begin: (fixture) => {
      const good = EVIL_MAIN.replace('evil', 'good');
      fixture.offer({}, { 'main.py': good });
      fixture.blob(Buffer.from(good), Buffer.from(EVIL_MAIN));
    },
    ends: 'blob_damaged',
    mutation: HASH,
    harm: committed,
  },
  {
    row,
    name: 'a flipped bit in a file',
    begin: (fixture) => {
      const good = Buffer.from(EVIL_MAIN.replace('evil', 'dvil'));
      fixture.offer({}, { 'main.py': good });
      fixture.blob(good, flip(good, good.indexOf('dvil')));
    },
    ends: 'blob_damaged',
    mutation: HASH,
    harm: committed,
  },
];

/** Before the signature is known to be right nothing at all is written. */
const isUnwritten = ({ written }: End): boolean => written === 0;

export const FORGED: readonly Attack[] = [
  ...HEADS.map((attack) => ({ ...attack, also: isUnwritten })),
  ...SET,
];

/** The attacker's program, padded so that sizes stay as the honest manifest says. */
function evilManifest(fixture: AttackFixture, honest: Buffer): string {
  const size = Number(/^main\.py (\d+)/m.exec(honest.toString())?.[1]);
  const program = Buffer.from(`print("${EVIL}")\n`.padEnd(size, '#'));
  if (program.length !== size) throw new Error('The forged program is too long.');
  fixture.blob(program);
  const hash = sha256(program).toString('base64').slice(0, 43);
  return honest.toString().replace(/^main\.py .*$/m, `main.py ${size} ${hash}`);
}
