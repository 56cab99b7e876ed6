/** What is not meant to be run but to cut a board off: answers after which it would have no way back, or no next question. */
import type { Socket } from 'node:net';
import type { Tamper } from '../e2e/static-host.js';
import {
  A,
  type AttackFixture,
  B,
  blobPath,
  EVIL_MAIN,
  flip,
  HAVE,
  N,
  NEXT,
  R,
  root,
  rooted,
} from './attack-fixture.js';
import type { Mutation } from './bench.js';
import type { Attack, End } from './run.js';

const NEW = Buffer.from('a page that fits beside the old one');
const CRASH = 'raise ValueError("boom")\n';

/** What a client does that takes every refusal for a lack of room: what differs goes, and is to be fetched at the next boot. */
const IN_PLACE: Mutation = [
  'ota/install.py',
  '    reset = fetch(http)',
  `    try:
        reset = fetch(http)
    except Exception:
        plan("repair\\n" + first, old, new, http, 2)
        reset = fetch(http)`,
];

/** A release that may be laid in place but need not be; one of its files does not come. */
function hiccup(name: string, tamper: Tamper, ends: string): Attack {
  return {
    row: 'in place',
    name: `a file of a release that fits beside the old one ${name}`,
    begin: (fixture) => {
      fixture.offer({ inplace: true }, { 'page.html': NEW });
      if (tamper === undefined) fixture.files.delete(blobPath(NEW));
      else fixture.blob(NEW, tamper);
    },
    ends,
    mutation: IN_PLACE,
    harm: ({ state, after }) => state === 'installed' && !after.has('page.html'),
  };
}

const IN_PLACES: readonly Attack[] = [
  hiccup('is not there', undefined, 'blob_unknown'),
  hiccup('has other bytes', flip(NEW, 3), 'blob_damaged'),
  hiccup('is dropped with its connection, and again', (socket) => socket.destroy(), 'no_answer'),
];

/** As a publisher whose tools know no bounds would sign it. */
function numbered(fixture: AttackFixture, release: string): Buffer {
  const body = fixture.offer().toString('latin1').split('\n\n')[0] ?? '';
  const bytes = Buffer.from(`${body.replace(`release ${NEXT}`, `release ${release}`)}\n\n`);
  return Buffer.concat([bytes, A.signer.sign(bytes)]);
}

const BITS: Mutation = ['ota/form.py', ' and int(text) >> 32 == 0', ''];

const tooLarge = (release: string): Attack => ({
  row: 'numbers that are too large',
  name: `release ${release}, rightly signed`,
  begin: (fixture) => fixture.files.set('/6/head', numbered(fixture, release)),
  ends: 'head_invalid',
  also: ({ asked }) => asked.join() === '/6/head',
  mutation: BITS,
});

const NUMBERS: readonly Attack[] = [
  tooLarge('4294967296'),
  tooLarge('9'.repeat(20)),
  {
    row: 'numbers that are too large',
    name: 'a board that has taken such a release asks, and takes the new epoch: no attack',
    begin: (fixture) => {
      fixture.installed = { ...fixture.installed, head: numbered(fixture, '9'.repeat(20)) };
      fixture.files.set('/root/2', root(2, rooted(R, B), [R], { epoch: 1 }));
      fixture.offer({ epoch: 1, root: 2 }, { 'page.html': NEW }, [B]);
    },
    ends: 'installed',
    also: ({ queries }) => queries[0]?.includes(`have=${'9'.repeat(20)}&`) === true,
    mutation: ['ota/trust.py', 'if was["epoch"] != h["epoch"]:', 'if False:'],
    harm: ({ state }) => state === 'rollback',
  },
  {
    row: 'same number',
    name: 'other content in a new epoch under the installed number goes on trial: no attack',
    begin: (fixture) => {
      fixture.files.set('/root/2', root(2, rooted(R, B), [R], { epoch: 1 }));
      fixture.offer({ release: HAVE, epoch: 1, root: 2 }, { 'lib/c.py': CRASH }, [B]);
    },
    ends: 'installed',
    also: ({ after }) => after.has('update/trial') && after.has('lib/c.py'),
    mutation: [
      'ota/install.py',
      'kind = "trial" if kept()[1] != h["manifest"]',
      'kind = "trial" if kept()[0] != int(h["release"])',
    ],
    harm: ({ state, after }) => state === 'installed' && !after.has('update/trial'),
  },
];

/** So many root files follow the one that the board has, each valid; whoever follows them all trusts N. */
function chain(fixture: AttackFixture, length: number, answer: (bytes: Buffer) => Tamper): void {
  for (let version = 2; version <= length + 1; version++) {
    const keys = rooted(R, version > length ? N : A);
    fixture.files.set(`/root/${version}`, answer(root(version, keys, [R])));
  }
  fixture.offer({ root: length + 1 }, { 'main.py': EVIL_MAIN }, [N]);
}

const late =
  (ms: number) =>
  (bytes: Buffer): Tamper =>
  (socket: Socket) =>
    setTimeout(() => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${bytes.length}\r\n\r\n`);
      socket.write(bytes);
    }, ms);

const followed =
  (version: number) =>
  ({ asked }: End): boolean =>
    asked.includes(`/root/${version}`);

const ROOTS: readonly Attack[] = [
  {
    row: 'slow retrieval',
    name: 'four root files, each just within the time of a question: they share that time',
    begin: (fixture) => {
      fixture.wait = 2;
      chain(fixture, 4, late(1500));
    },
    ends: 'no_answer',
    also: (end) => !followed(4)(end),
    mutation: [
      'ota/form.py',
      'http.get("root/%d" % (version + 1))',
      'http.until = later(15000); http.get("root/%d" % (version + 1))',
    ],
    harm: followed(5),
  },
  {
    row: 'endless data',
    name: 'root files without end, each valid: eight in a boot',
    begin: (fixture) => chain(fixture, 12, (bytes) => bytes),
    ends: 'root_behind',
    // What is proved so far is kept, and the next boot goes on from there.
    leaves: ['update/commit'],
    also: (end) => followed(9)(end) && !followed(10)(end),
    mutation: ['ota/form.py', 'for _ in range(_STEPS):', 'while True:'],
    harm: followed(13),
  },
];

/** An answer that is HTTP, but not one of this protocol. */
function answered(name: string, answer: string, also: (end: End) => boolean, mutation: Mutation): Attack {
  return {
    row: 'answers of another kind',
    name,
    begin: (fixture) => fixture.files.set('/6/head', (socket) => socket.write(answer)),
    ends: 'answer',
    also: (end) => also(end) && end.log.split('\n').filter((line) => line.includes('refused')).length === 1,
    mutation,
    harm: (end) => end.state !== 'answer' || !also(end),
  };
}

const status =
  (number: number) =>
  ({ log }: End): boolean =>
    log.includes(`"theirs":${number}`) || log.includes(`"theirs":"${number}"`);
const LENGTH: Mutation = ['ota/client.py', 'refuse(size < 0, "answer", self.status)', 'size = max(size, 0)'];
const PAGE = '<html>\n<head><title>404</title></head>\n<body>\nnot here\n</body>\n</html>\n';

const ANSWERS: readonly Attack[] = [
  answered(
    'one in chunks says so with its status',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
    status(200),
    LENGTH,
  ),
  answered(
    'one without a length says so with its status',
    'HTTP/1.0 200 OK\r\n\r\nwhatever',
    status(200),
    LENGTH,
  ),
  answered(
    'a page of many lines is one line, with its status',
    `HTTP/1.1 404 Not Found\r\nContent-Length: ${PAGE.length}\r\n\r\n${PAGE}`,
    (end) => status(404)(end) && !/"text":"(<body>|not here)"/.test(end.log),
    ['ota/client.py', 'str(head)[2:-1]', 'head[:300].decode()'],
  ),
];

export const STRAND: readonly Attack[] = [...IN_PLACES, ...NUMBERS, ...ROOTS, ...ANSWERS];
