/** Whoever is on the network: as a server that listens, and as an answer to who is there. */
import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:net';
import type { Test } from 'tap';
import { MacKey } from '../../server/signing/hmac.js';
import { isProven } from '../../server/signing/request-mac.js';
import { A, type AttackFixture, EVIL_MAIN, S } from './attack-fixture.js';
import { KEY, PASSWORD } from './bench.js';
import { TRUSTED } from './forged.js';
import type { Attack, End } from './run.js';

const GOOD = { 'main.py': EVIL_MAIN.replace('evil', 'good') };
const SECRETS = [PASSWORD, KEY.toString('hex'), KEY.toString('base64').slice(0, 43), 'a secret of the house'];
const hashes = SECRETS.flatMap((secret) => {
  const hash = createHash('sha256').update(secret).digest();
  return [hash.toString('hex').slice(0, 16), hash.toString('base64').slice(0, 16)];
});

function leaks({ queries, asked }: End): boolean {
  const heard = decodeURIComponent([...queries, ...asked].join('\n'));
  return [...SECRETS, ...hashes].some((secret) => heard.includes(secret));
}

/** No update comes of it: what is looked at is the question. */
const ask = (fixture: AttackFixture): void => {
  fixture.files.set('/6/head', fixture.installed.head);
};

const target = ({ queries }: End): string => `/6/head${queries[0] ?? ''}`;
const believed = (text: string): boolean => isProven(new MacKey(KEY), text);

const blobQueries = ({ asked, queries }: End): string[] =>
  queries.filter((_, i) => asked[i]?.startsWith('/blobs/'));

/** A program at the discovery port of this network, which answers so. */
async function speaker(fixture: AttackFixture, t: Test, answers: (string | Buffer)[]): Promise<void> {
  const udp = createSocket('udp4');
  await new Promise<void>((resolve) => udp.bind(0, resolve));
  t.teardown(() => udp.close());
  udp.on('message', (_, { port, address }) => {
    for (const answer of answers) udp.send(answer, port, address);
  });
  fixture.discover = true;
  fixture.wait = 8;
  fixture.board = { ports: { 8267: udp.address().port } };
}

const at = (fixture: AttackFixture, id: string): string =>
  `soft-ota! 1 ${id} ${new URL(fixture.host.url).port} `;
const OURS = A.publicKey.keyId;
const LAN = 'a hostile LAN host';

export const STRANGERS: readonly Attack[] = [
  {
    row: 'false reports',
    name: "a report in a board's name, with one field changed on the way",
    begin: ask,
    ends: 'current',
    also: (end) => believed(target(end)) && !believed(target(end).replace('have=1000', 'have=1001')),
    mutation: ['ota/client.py', 'hmac(self.key, said.encode())', 'hmac(self.key, b"a board")'],
    // A proof that covers nothing is one for anything: the server does not take it.
    harm: (end) => !believed(target(end)),
  },
  {
    row: 'eavesdropping of secrets',
    name: 'who listens hears no password and no key, and no hash of them',
    begin: (fixture) => fixture.offer({}, GOOD),
    ends: 'installed',
    also: (end) => end.queries.length > 2 && !leaks(end),
    mutation: [
      'ota/client.py',
      'http.get(said, "&nonce=" + nonce.decode())',
      'http.get(said, "&nonce=" + hexlify(http.key).decode())',
    ],
    harm: leaks,
  },
  {
    row: 'eavesdropping of secrets',
    name: 'a host that proves nothing does not hear who asks for blobs',
    begin: (fixture) => fixture.offer({}, GOOD),
    ends: 'installed',
    also: (end) => blobQueries(end).length > 1 && blobQueries(end).every((query) => query === '?'),
    mutation: ['ota/client.py', 'http.key = None  # nobody', 'pass  # nobody'],
    harm: (end) => blobQueries(end).some((query) => query.includes('id=')),
  },
  {
    row: LAN,
    name: 'a discovery answer with the right key id, and a forged release behind it',
    begin: async (fixture, t) => {
      await speaker(fixture, t, [at(fixture, OURS)]);
      fixture.offer({}, { 'main.py': EVIL_MAIN }, [S]);
    },
    ends: 'wrong_key',
    mutation: TRUSTED,
  },
  {
    row: LAN,
    name: 'garbage from another host does not hide the honest answer',
    begin: async (fixture, t) => {
      const garbage = ['soft-ota!', 'soft-ota! 1 x y z', Buffer.from([0xff, 0xfe, 0]), 'x'.repeat(500), ''];
      await speaker(fixture, t, [...garbage, at(fixture, OURS)]);
      fixture.offer({}, GOOD);
    },
    ends: 'installed',
    mutation: ['ota/form.py', 'except Exception:  # silence', 'except OSError:  # silence'],
    harm: ({ state }) => state !== 'installed',
  },
  {
    row: LAN,
    name: 'a stranger who answers first does not hide a server with the right key',
    begin: async (fixture, t) => {
      await speaker(fixture, t, ['soft-ota! 1 0123456789abcdef 1 /', at(fixture, OURS)]);
      fixture.offer({}, GOOD);
    },
    ends: 'installed',
    mutation: ['ota/form.py', 'if key in ids.split(","):', 'if True:'],
    harm: ({ state }) => state !== 'installed',
  },
  {
    row: LAN,
    name: 'a proxy that cuts the answer and closes',
    begin: (fixture) => {
      const head = fixture.offer();
      fixture.files.set('/6/head', (socket: Socket) => {
        socket.end(
          Buffer.concat([
            Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${head.length}\r\n\r\n`),
            head.subarray(0, 99),
          ]),
        );
      });
    },
    ends: 'failed',
    // Zero bytes are the end of a connection: without that a half of a head would be looked at, or waited for.
    mutation: ['ota/client.py', 'if not result:', 'if False:'],
    harm: ({ state }) => state !== 'failed',
  },
];
