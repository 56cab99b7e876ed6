/** Faults that nobody means: the connection goes at any byte, the journal or the settings are damaged. */
import type { Socket } from 'node:net';
import { encodeHash } from '../../server/signing/fields.js';
import type { Tamper } from '../e2e/static-host.js';
import { type AttackFixture, blobPath, EVIL_MAIN, sha256 } from './attack-fixture.js';
import type { Mutation } from './bench.js';
import type { Attack, End } from './run.js';

const row = 'fault: a reset at any byte';
const GOOD = EVIL_MAIN.replace('evil', 'good');

/** The whole answer, as an honest server sends it, until the connection is reset. */
function cut(bytes: Buffer, at: number): Tamper {
  const answer = Buffer.concat([
    Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${bytes.length}\r\n\r\n`),
    bytes,
  ]);
  return (socket: Socket) => socket.write(answer.subarray(0, at), () => socket.resetAndDestroy());
}

type Part = 'head' | 'manifest' | 'file';

function broken(part: Part, at: number): Attack {
  return {
    row,
    name: `in the ${part}, ${at < 0 ? 'before the last byte' : `behind ${at} bytes`}`,
    begin: (fixture) => offer(fixture, part, at),
    ends: at >= 0 && at < 17 ? 'no_answer' : 'failed',
  };
}

function offer(fixture: AttackFixture, part: Part, at: number): void {
  const head = fixture.offer({}, { 'main.py': GOOD });
  const { manifest } = fixture.signed({}, { 'main.py': GOOD });
  if (part === 'head') fixture.files.set('/6/head', cut(head, at));
  else {
    const bytes = part === 'manifest' ? manifest : Buffer.from(GOOD);
    fixture.files.set(blobPath(bytes), cut(bytes, at));
  }
}

function settings(path: string, text: string, ends: string): Attack {
  return {
    row: 'fault: corrupt settings',
    name: `${path}: ${text}`,
    begin: (fixture) => {
      fixture.provisioned.set(path, Buffer.from(text));
      fixture.offer();
    },
    ends,
  };
}

/** The mark f2 may stay: the client under rescue/ asks first, until the one of the set was heard. */
const isTidy = ({ after }: End): boolean =>
  ![...after.keys()].some((path) => path.startsWith('update/') && path !== 'update/f2');

const hashOf = (text: string): string => encodeHash(sha256(Buffer.from(text)));

/** Nothing of it is done; it is set aside, and the next question goes as ever. */
const journal = (name: string, text: string, mutation?: Mutation): Attack => ({
  row: 'fault: corrupt journal',
  name: `a journal ${name}`,
  begin: (fixture) => {
    fixture.provisioned.set('update/journal', Buffer.from(text, 'latin1'));
    fixture.provisioned.set('update/commit', Buffer.alloc(0));
    fixture.provisioned.set('update/n7', Buffer.from(EVIL_MAIN));
  },
  ends: 'answer',
  also: isTidy,
  ...(mutation === undefined ? {} : { mutation }),
  harm: ({ after }) => after.get('page.html')?.toString() === EVIL_MAIN,
});

export const FAULTS: readonly Attack[] = [
  ...[0, 9, 30, 38, 60, 200, 400, -1].map((at) => broken('head', at)),
  ...[0, 20, 45, 100, -1].map((at) => broken('manifest', at)),
  ...[0, 20, 45, 120, -1].map((at) => broken('file', at)),
  settings('data/ota.json', '{"server":"http://127.0.0.1:8267","wait":"x","board":5}', 'board_unknown'),
  settings('data/wifi.json', '{', 'no_wifi'),
  {
    row: 'fault: no Wi-Fi any more',
    name: 'in the middle of a file',
    begin: (fixture) => {
      fixture.board = { clock: 'driven' };
      offer(fixture, 'file', 0);
      fixture.files.set(blobPath(Buffer.from(GOOD)), (socket) => {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${GOOD.length}\r\n\r\n${GOOD.slice(0, 9)}`);
        setTimeout(() => fixture.radio(false), 50);
      });
    },
    ends: 'failed',
    also: ({ took }) => took < 70_000,
  },
  journal(
    'of a format that this guard does not know',
    `soft-ota 9 repair\n+7 page.html ${hashOf(EVIL_MAIN)} -\n`,
    ['rescue/guard.py', 'if first[:11] != "soft-ota 2 ":', 'if False:'],
  ),
  journal('that is none', '\0\xff'),
  {
    row: 'fault: corrupt journal',
    name: 'one that was never committed is only cleared away',
    begin: (fixture) => {
      fixture.provisioned.set(
        'update/journal',
        Buffer.from(`soft-ota 2 trial\n+7 main.py ${hashOf(EVIL_MAIN)} -\n`),
      );
      fixture.provisioned.set('update/n7', Buffer.from(EVIL_MAIN));
      fixture.files.set('/6/head', fixture.installed.head);
    },
    ends: 'current',
    also: isTidy,
  },
];
