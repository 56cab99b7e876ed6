/** What was right once: replays, numbers, and the end of their worth. */
import { createHmac } from 'node:crypto';
import type { Socket } from 'node:net';
import {
  A,
  type AttackFixture,
  B,
  blobPath,
  EVIL_MAIN,
  HAVE,
  NEXT,
  R,
  root,
  rooted,
  sha256,
} from './attack-fixture.js';
import { KEY } from './bench.js';
import { committed, HASH } from './forged.js';
import type { Attack, End } from './run.js';

const EVIL = { 'main.py': EVIL_MAIN };
const HUGE = 0xffff_ffff;
const FRESH = ['ota/client.py', '.encode() == t[1]', '.encode() > b""'] as const;

/** Answers with the installed head and this proof that it is new. */
function frozen(fixture: AttackFixture, proof: (head: Buffer) => string): void {
  const { head } = fixture.installed;
  fixture.files.set('/6/head', (socket: Socket) => {
    const length = `Content-Length: ${head.length}`;
    socket.write(`HTTP/1.1 200 OK\r\n${length}\r\nSoft-OTA-Fresh: ${proof(head)}\r\n\r\n`);
    socket.write(head);
  });
}

function mac(nonce: string, time: number, head: Buffer): string {
  const text = Buffer.concat([Buffer.from(`${nonce} ${time} `), sha256(head)]);
  return `${time} ${createHmac('sha256', KEY).update(text).digest('base64').slice(0, 43)}`;
}

const says =
  (text: string) =>
  ({ log }: End): boolean =>
    log.includes(text);
const notFresh = says('"current":true,"fresh":false');
const saysFresh = says('"current":true,"fresh":true');
/** A release that a key was made for, in a new epoch; the board still has what the thief has signed. */
function newEpoch(fixture: AttackFixture): void {
  fixture.has({ release: HUGE });
  fixture.files.set('/root/2', root(2, rooted(R, B), [R], { epoch: 1 }));
}

export const ROLLBACK: readonly Attack[] = [
  {
    row: 'rollback',
    name: 'an older release',
    begin: (fixture) => fixture.offer({ release: HAVE - 1 }),
    ends: 'rollback',
    mutation: ['ota/trust.py', 'elif (new < old or new <= closed) and may < seen:', 'elif False:'],
  },
  {
    row: 'rollback',
    name: 'an older release, with a downgrade that was meant for older boards',
    begin: (fixture) => fixture.offer({ release: HAVE - 2, downgrade: HAVE - 1 }),
    ends: 'rollback',
    mutation: ['ota/trust.py', 'and may < seen:', 'and not may:'],
  },
  {
    row: 'rollback',
    name: 'an older release that the owner has allowed for this board: no attack',
    begin: (fixture) =>
      fixture.offer({ release: HAVE - 1, downgrade: HAVE }, { 'page.html': 'the older page' }),
    ends: 'installed',
    also: ({ after }) => after.get('page.html')?.toString() === 'the older page',
    mutation: ['ota/trust.py', ' and may < seen:', ':'],
    harm: ({ state }) => state === 'rollback',
  },
  {
    row: 'rollback',
    name: 'what a signed downgrade has closed',
    begin: (fixture) => {
      fixture.has({ release: HAVE, downgrade: NEXT });
      fixture.offer({ release: NEXT });
    },
    ends: 'rollback',
    mutation: ['ota/trust.py', '(new < old or new <= closed)', '(new < old)'],
  },
  {
    row: 'rollback',
    name: 'a release that this board has undone',
    begin: (fixture) => {
      const head = fixture.offer();
      fixture.provisioned.set('data/bad', head);
    },
    ends: 'release_bad',
    mutation: ['ota/trust.py', 'for path in "data/head", "data/bad":', 'for path in ("data/head",):'],
  },
  {
    row: 'same number',
    name: 'other content under the number of the installed release',
    begin: (fixture) => fixture.offer({ release: HAVE }),
    ends: 'same_number',
    mutation: ['ota/trust.py', 'or was["manifest"] != h["manifest"]', ''],
  },
];

export const FREEZE: readonly Attack[] = [
  {
    row: 'freeze',
    name: 'an old head with a proof of another time',
    begin: (fixture) => {
      const old = mac('0011223344556677', 1_763_692_805, fixture.installed.head);
      frozen(fixture, () => old);
    },
    ends: 'current',
    also: notFresh,
    mutation: FRESH,
    harm: saysFresh,
  },
  {
    row: 'freeze',
    name: "an old head with a proof under the attacker's key",
    begin: (fixture) => frozen(fixture, () => `1763692805 ${'A'.repeat(43)}`),
    ends: 'current',
    also: notFresh,
    mutation: FRESH,
    harm: saysFresh,
  },
  {
    row: 'freeze',
    name: 'a static host that never says anything new: the head expires',
    begin: (fixture) => {
      const clock = `import machine\nmachine.RTC().datetime((2026, 11, 21, 0, 8, 0, 0, 0))\n`;
      fixture.has({ expires: 1_763_692_805 }, { 'main.py': clock });
      fixture.files.set('/6/head', fixture.installed.head);
    },
    ends: 'current',
    also: says('ota: expired'),
    mutation: ['ota/trust.py', 'if t + (t < 1600000000)', 'if 0 * t + 0 * (t < 1600000000)'],
    harm: ({ log, state }) => state === 'current' && !log.includes('expired'),
  },
];

export const FORWARD: readonly Attack[] = [
  {
    row: 'fast-forward',
    name: 'a huge release number by a stolen key: the new epoch takes it back',
    begin: (fixture) => {
      newEpoch(fixture);
      fixture.offer({ release: NEXT, epoch: 1, root: 2 }, { 'page.html': 'the way back' }, [B]);
    },
    ends: 'installed',
    also: ({ after }) => after.get('page.html')?.toString() === 'the way back',
    mutation: ['ota/trust.py', 'if was["epoch"] != h["epoch"]:', 'if False:'],
    harm: ({ state }) => state === 'rollback',
  },
  {
    row: 'fast-forward',
    name: 'a head of the epoch before, by a key that stays',
    begin: (fixture) => {
      fixture.anchors = root(2, rooted(R, A), [R], { epoch: 1 });
      fixture.has({ epoch: 1 });
      fixture.offer({ epoch: 0, release: HUGE }, EVIL);
    },
    ends: 'epoch_wrong',
    mutation: ['ota/trust.py', 'int(h["epoch"]) != epoch', 'False'],
  },
];

export const MIX: readonly Attack[] = [
  {
    row: 'mix and match',
    name: 'the new head with the manifest of another release',
    begin: (fixture) => {
      const other = fixture.signed({}, EVIL).manifest;
      const same = { 'main.py': EVIL_MAIN.replace('evil', 'good') };
      fixture.offer({}, same);
      fixture.blob(fixture.signed({}, same).manifest, other);
    },
    ends: 'blob_damaged',
    mutation: HASH,
    harm: committed,
  },
  {
    row: 'mix and match',
    name: 'a new main.py with the old file of another release beside it',
    begin: (fixture) => {
      fixture.offer({}, { 'main.py': EVIL_MAIN, 'page.html': 'B page' });
      fixture.blob(Buffer.from('B page'), Buffer.from('C page'));
    },
    ends: 'blob_damaged',
    mutation: HASH,
    harm: committed,
  },
  {
    row: 'mix and match',
    name: 'half of the files, then none',
    begin: (fixture) => {
      fixture.offer({}, { 'main.py': EVIL_MAIN, 'page.html': 'the other half' });
      fixture.files.delete(blobPath(Buffer.from('the other half')));
    },
    ends: 'blob_unknown',
    mutation: [
      'ota/install.py',
      'refuse(http.status != 200 or http.left != size, "blob_unknown", http.status, want)',
      'if http.status != 200:\n        return http.close()',
    ],
    harm: committed,
  },
];
