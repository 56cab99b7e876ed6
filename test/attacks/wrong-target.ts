/** The wrong device, the wrong place on it, and a flash that gives back other bytes than it was given. */

import { type AttackFixture, EVIL_MAIN, sha256 } from './attack-fixture.js';
import type { Mutation } from './bench.js';
import type { Attack, End } from './run.js';

const device = 'wrong device';
const place = 'wrong place';
const onlyHead = ({ asked }: End): boolean => asked.join() === '/6/head';
const PATHS: Mutation = ['ota/form.py', ' and fine(name)', ''];
const ROOMS: Mutation = ['ota/form.py', ' and path.split("/")[1] not in own', ''];
const SEGMENTS: Mutation = ['ota/form.py', ' and not ("//" in path or "./" in path)', ''];
const DOTS: Mutation = ['ota/form.py', '("//" in path or "./" in path)', '"//" in path'];
const CONTENT = 'print("from a place that no release may name")\n';

/** A rightly signed manifest which names this path: no model of the server's encodes it. */
function naming(path: string) {
  return (fixture: AttackFixture): void => {
    const bytes = Buffer.from(CONTENT);
    fixture.blob(bytes);
    const hash = sha256(bytes).toString('base64').slice(0, 43);
    const set = fixture.signed().manifest.toString();
    const line = `${path} ${bytes.length} ${hash}\n`;
    const lines = `${set}${line}`.split('\n').slice(0, -1).toSorted();
    fixture.offerManifest(Buffer.from(`${lines.join('\n')}\n`));
  };
}

/** The file lies there, or beside the flash, or the board cannot even say why it has failed. */
const written =
  (path: string) =>
  ({ after }: End): boolean =>
    after.get(path)?.toString() === CONTENT;

function misplaced(path: string, mutation: Mutation = PATHS, harm = written(path)): Attack {
  return { row: place, name: path, begin: naming(path), ends: 'manifest_invalid', mutation, harm };
}

/** The device has a second check for these. */
const taken = ({ state }: End): boolean => state !== 'manifest_invalid';

/** More than a board has free, and less than its flash. */
const LARGE = 'x'.repeat(60 * 4096);
const LONG = `lib/${'x'.repeat(57)}`;

export const WRONG_TARGET: readonly Attack[] = [
  {
    row: device,
    name: 'a release for other boards',
    begin: (fixture) => fixture.offer({ boards: ['s31', 'oittm'] }),
    ends: 'board_unknown',
    also: onlyHead,
    mutation: ['ota/trust.py', 'refuse(boards != "*" and board not in boards.split(" "),', 'refuse(False,'],
  },
  {
    row: device,
    name: 'a release for another .mpy version',
    begin: (fixture) => fixture.offer({ abi: 5 }),
    ends: 'abi_unknown',
    also: onlyHead,
    mutation: ['ota/trust.py', 'refuse(int(h["abi"]) != mpy & 255,', 'refuse(False,'],
  },
  {
    row: device,
    name: 'a release for a newer MicroPython',
    begin: (fixture) => fixture.offer({ python: '1.99' }),
    ends: 'firmware_old',
    also: onlyHead,
    mutation: ['ota/trust.py', 'refuse(tuple(map(int, python.split("."))) > version,', 'refuse(False,'],
  },
  {
    row: device,
    name: 'a set that is larger than the flash',
    begin: (fixture) => fixture.offer({ set: { files: 3, bytes: 500_000, blocks: 123 } }),
    ends: 'set_too_big',
    also: onlyHead,
    mutation: [
      'ota/install.py',
      '    refuse(blocks > have, "set_too_big", blocks, have)\n    http',
      '    http',
    ],
  },
  {
    row: device,
    name: 'a set that does not fit beside the installed one',
    begin: (fixture) => fixture.offer({}, { 'page.html': LARGE }),
    ends: 'set_too_big',
    also: ({ asked }) => asked.length === 2,
    mutation: ['ota/install.py', 'refuse(how and "inplace" not in h,', 'refuse(False,'],
    harm: ({ after }) => !after.has('page.html'),
  },
  {
    row: device,
    name: 'the same, and the owner has accepted that the installed one goes first: no attack',
    begin: (fixture) => fixture.offer({ inplace: true }, { 'page.html': LARGE }),
    ends: 'installed',
    also: ({ after }) => !after.has('page.html') && after.has('main.py'),
    mutation: ['ota/install.py', 'refuse(how and "inplace" not in h,', 'refuse(True,'],
    harm: ({ state }) => state === 'set_too_big',
  },
  misplaced('data/wifi.json', ROOMS, taken),
  misplaced('DATA/wifi.json', ['ota/form.py', 'path.lower()', 'path']),
  misplaced('boot.py', ROOMS),
  misplaced('rescue/guard.py', ROOMS),
  // What lies there is the client's own, in the middle of its work.
  misplaced('update/n1', ROOMS, ({ state }) => state === 'installed'),
  misplaced('boot.mpy', ['ota/form.py', '"boot.mpy", ', ''], taken),
  misplaced('update./journal', DOTS, ({ state }) => state !== 'manifest_invalid'),
  misplaced('boot.py.', DOTS, ({ state }) => state !== 'manifest_invalid'),
  misplaced('../data/plug.json', DOTS, ({ state }) => state !== 'manifest_invalid'),
  misplaced('/data/plug.json', SEGMENTS, ({ state }) => state !== 'manifest_invalid'),
  misplaced('lib//evil.py', PATHS, ({ state }) => state !== 'manifest_invalid'),
  misplaced('lib\\evil.py'),
  misplaced('lib/\u0007bell.py'),
  misplaced(LONG, ['ota/form.py', 'len(path) <= 62 and ', '']),
  {
    row: 'check, then use',
    name: 'a flash that stores a fetched file with other bytes than were checked on the way',
    begin: (fixture) => {
      fixture.board = { faults: { worn: ['/update/n8'] } };
      fixture.offer({}, { 'main.py': EVIL_MAIN, 'page.html': 'stored otherwise' });
    },
    ends: 'blob_damaged',
    mutation: ['ota/install.py', '== want == digest(path, idle)', '== want'],
    harm: ({ state }) => state !== 'blob_damaged',
  },
];
