/** Too much, or too slowly: how long and how much a board listens. */
import type { Socket } from 'node:net';
import { type AttackFixture, EVIL_MAIN } from './attack-fixture.js';
import type { Attack, End } from './run.js';

const MUCH = 60_000;
const endless = 'endless data';
const slow = 'slow retrieval';
const neverEnds = ({ outcome }: End): boolean => outcome === 'held';

/** An answer whose headers have no end; after far more than a board may take of them nothing more comes. */
function pour(header: string) {
  const piece = header.repeat(20);
  return (socket: Socket): void => {
    let left = 5 * MUCH;
    const more = (): void => {
      left -= piece.length;
      if (socket.destroyed || left < 0) return;
      if (socket.write(piece)) setImmediate(more);
      else socket.once('drain', more);
    };
    socket.write('HTTP/1.1 200 OK\r\n');
    more();
  };
}

function drip(length: number) {
  return (socket: Socket): void => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n`);
    const timer = setInterval(() => socket.write('b'), 10);
    socket.on('close', () => clearInterval(timer));
  };
}

/** More than is said of the manifest, or of a file. */
function longer(fixture: AttackFixture, what: 'manifest' | 'file'): void {
  const honest = fixture.signed({}, { 'main.py': EVIL_MAIN }).manifest;
  fixture.offer();
  const body = what === 'manifest' ? honest : Buffer.from(EVIL_MAIN);
  fixture.blob(body, Buffer.alloc(3 * MUCH, 'x'));
}

const SIZE = ['ota/install.py', ' or http.left != size', ''] as const;
const TOTAL = ['ota/client.py', 'min(60000, left(self.until))', '60000'] as const;
const DEADLINE = ['ota/client.py', 'if left(end) <= 0:', 'if False:'] as const;

export const ENDLESS: readonly Attack[] = [
  {
    row: endless,
    name: 'a head of 40 KB',
    begin: (fixture) => {
      fixture.files.set('/6/head', Buffer.concat([fixture.signed().head, Buffer.alloc(40_000, 'x')]));
    },
    ends: 'signature_invalid',
    also: ({ log }) => !log.includes('MemoryError'),
    mutation: ['ota/client.py', 'bytearray(min(self.left, 1152))', 'bytearray(self.left)'],
    harm: ({ log }) => log.includes('MemoryError'),
  },
  {
    row: endless,
    name: 'headers without end',
    begin: (fixture) => {
      fixture.limit = 5000;
      fixture.files.set('/6/head', pour(`X-Header: ${'x'.repeat(100)}\r\n`));
    },
    ends: 'failed',
    also: ({ rx, log }) => rx <= MUCH && log.includes('(90,'),
    mutation: ['ota/client.py', 'if self.left < 0:', 'if False:'],
    harm: ({ log }) => !log.includes('(90,'),
  },
  {
    row: endless,
    name: 'a manifest that is longer than the head says',
    begin: (fixture) => longer(fixture, 'manifest'),
    ends: 'blob_unknown',
    also: ({ written }) => written < MUCH,
    mutation: SIZE,
    harm: ({ written }) => written > MUCH,
  },
  {
    row: endless,
    name: 'a file that is longer than the manifest says',
    begin: (fixture) => longer(fixture, 'file'),
    ends: 'blob_unknown',
    also: ({ written }) => written < MUCH,
    mutation: SIZE,
    harm: ({ written }) => written > MUCH,
  },
  {
    row: endless,
    name: 'a root file without end',
    begin: (fixture) => {
      fixture.offer({ root: 2 });
      fixture.files.set('/root/2', Buffer.alloc(3 * MUCH, 'x'));
    },
    ends: 'root_invalid',
    also: ({ written }) => written < MUCH,
    mutation: ['ota/form.py', 'refuse(not 0 < http.left <= 4096,', 'refuse(False,'],
    harm: ({ written }) => written > MUCH,
  },
];

export const SLOW: readonly Attack[] = [
  {
    row: slow,
    name: 'silence in place of a head: 15 s',
    begin: (fixture) => {
      fixture.board = { clock: 'driven' };
      fixture.files.set('/6/head', () => undefined);
    },
    ends: 'no_answer',
    also: (end) => end.took < 17_000,
    mutation: DEADLINE,
    harm: neverEnds,
  },
  {
    row: slow,
    name: 'a file that stops half way: 60 s',
    begin: (fixture) => {
      fixture.board = { clock: 'driven' };
      fixture.offer();
      fixture.blob(Buffer.from(EVIL_MAIN), (socket) => {
        socket.write(
          `HTTP/1.1 200 OK\r\nContent-Length: ${EVIL_MAIN.length}\r\n\r\n${EVIL_MAIN.slice(0, 9)}`,
        );
      });
    },
    ends: 'failed',
    also: (end) => end.took < 70_000,
    mutation: DEADLINE,
    harm: neverEnds,
  },
  {
    row: slow,
    name: 'a head that trickles in, byte by byte',
    begin: (fixture) => {
      fixture.board = { clock: 'driven', quiet: 1 };
      fixture.pace = 500;
      fixture.files.set('/6/head', drip(5000));
    },
    ends: 'failed',
    mutation: TOTAL,
    harm: neverEnds,
  },
  {
    row: slow,
    name: 'a file that trickles in, byte by byte: 60 s, and one for each KB',
    begin: (fixture) => {
      fixture.board = { clock: 'driven', quiet: 1 };
      fixture.pace = 500;
      const page = 'b'.repeat(5000);
      fixture.offer({}, { 'page.html': page });
      fixture.blob(Buffer.from(page), drip(page.length));
    },
    ends: 'failed',
    also: ({ took }) => took < 80_000,
    mutation: TOTAL,
    harm: neverEnds,
  },
];
