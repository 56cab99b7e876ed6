/** No board is cut off by what it says of itself: a field without its form is as if it were missing, and the log has it. */
import t from 'tap';
import { makeTestRelease } from '../release/made-release.js';
import { enrolled, type Line, MASTER, makeServer, Raw, signed, statusOf } from './made-server.js';

const RELEASE = makeTestRelease({ 'a.txt': 'a' }, { number: 50, boards: ['s20'] });
const [hash = ''] = RELEASE.blobs.keys();
const HUGE = '9'.repeat(20);

async function serve(t: Parameters<typeof makeServer>[0], options = {}) {
  const server = await makeServer(t, RELEASE, options);
  /** The status of the answer, and what was passed over. */
  const ask = async (path: string) => {
    server.lines.length = 0;
    const raw = new Raw(server.port);
    const answer = await raw.get(path);
    await raw.end();
    return [statusOf(answer), passedOver(server.lines)];
  };
  return { ...server, ask, device: (id: string) => server.fleet.registry.find(id) };
}

const passedOver = (lines: readonly Line[]) => lines.find(({ msg }) => msg === 'fields passed over')?.fields;

t.test('a field that is too long, of another form or there twice is as if it were missing', async (t) => {
  const { ask, device } = await serve(t);
  const cases: [query: string, fields: object][] = [
    [`have=${HUGE}`, { have: HUGE }],
    [`bad=${HUGE}`, { bad: HUGE }],
    [`mpy=${HUGE}`, { mpy: HUGE }],
    ['have=', { have: '' }],
    ['have=-1', { have: '-1' }],
    ['have=1e3', { have: '1e3' }],
    ['bad=1&bad=2', { bad: '1,2' }],
    ['nonce=00', { nonce: '00' }],
    ['key=../..', { key: '../..' }],
    [`key=${'0'.repeat(161)}`, { key: '0'.repeat(80) }],
    [`board=${'x'.repeat(65)}`, { board: 'x'.repeat(65) }],
    ['board=%F0%9F%94%A5', { board: '🔥' }],
    [`fw=1.27.0%0d%0a`, { fw: '1.27.0' }],
    [`tree=${'0'.repeat(65)}`, { tree: '0'.repeat(65) }],
    [`error=${'x'.repeat(601)}`, { error: 'x'.repeat(80) }],
    ['state=%00', { state: '' }],
    [`mac=${'0'.repeat(65)}`, { mac: '' }],
    [`have=${HUGE}&bad=x&board=s20`, { have: HUGE, bad: 'x' }],
  ];
  for (const [query, fields] of cases) t.strictSame(await ask(`/6/head?id=a&${query}`), [200, fields], query);
  t.match(device('a'), { board: 's20', have: undefined, bad: undefined });
  t.strictSame(
    await ask('/6/head?id=a&error=%zz&said=&x=%'),
    [200, undefined],
    'escapes that are none are text',
  );
  t.match(device('a'), { error: '%zz', said: undefined });
});

t.test('whoever has a name of another form is served as if he had none', async (t) => {
  const { ask, device, lines } = await serve(t, { master: MASTER });
  for (const id of ['%00', 'x'.repeat(65), 'a&id=b']) {
    t.match(await ask(`/6/head?id=${id}&have=49`), [200, Object], id);
    t.match(await ask(`/6/head?id=${id}&have=49&mac=${'0'.repeat(32)}`), [200, Object], `${id} with a MAC`);
  }
  t.match(device('127.0.0.1'), { have: 49 });
  t.match(lines, [{ level: 40, device: 'unknown', address: '127.0.0.1' }]);
});

t.test('the MAC of a board holds for all that it says, also for what is passed over', async (t) => {
  const { ask, device } = await serve(t, { master: MASTER, enrolledOnly: true });
  t.strictSame(await ask(enrolled('a', `have=${HUGE}`)), [200, { have: HUGE }]);
  t.match(device('a'), { proof: 'right', have: undefined });
  t.match(await ask(enrolled('a', `have=${HUGE}`, Buffer.alloc(32, 1))), [403]);
  t.strictSame(await ask(enrolled('b', 'nonce=0')), [200, { nonce: '0' }], 'which is not proven to be new');
  t.equal(device('b'), undefined);
  t.match(await ask(`/6/head?id=a&mac=${'0'.repeat(65)}`), [401], 'no MAC');
});

t.test('files and root files are not kept from anybody for his name either', async (t) => {
  const { ask } = await serve(t, { master: MASTER });
  t.strictSame(await ask(`/blobs/${hash}?id=${'x'.repeat(65)}`), [200, { id: 'x'.repeat(65) }]);
  t.strictSame(await ask(signed(`blobs/${hash}?id=%2F`, '/')), [200, { id: '/' }]);
  t.strictSame(await ask('/root/1?id=a&id=b'), [404, { id: 'a,b' }]);
  t.match(await ask('/blobs/x?id=a'), [400, undefined], 'an address is no field');
  t.match(await ask(`/06/head?have=${HUGE}`), [400, undefined]);
});

t.test('one line for each connection', async (t) => {
  const { port, lines } = await serve(t);
  const raw = new Raw(port);
  for (const n of [1, 2, 3]) await raw.get(`/6/head?id=a&have=-${n}`);
  await raw.end();
  t.equal(lines.filter(({ msg }) => msg === 'fields passed over').length, 1);
});
