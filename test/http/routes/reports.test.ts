/** What devices report, proven or not, over real connections (docs/protocol.md §4, §5, §6). */
import t from 'tap';
import { makeTestRelease } from '../../release/made-release.js';
import {
  codeOfAnswer,
  enrolled,
  lineWith,
  MASTER,
  makeServer,
  Raw,
  signed,
  statusOf,
} from '../made-server.js';

const RELEASE = makeTestRelease({ 'a.txt': 'a' }, { number: 50, abis: [5, 6] });
const NEXT = makeTestRelease({ 'a.txt': 'b' }, { number: 51 });
const UNDONE = 'have=49&bad=50&error=MemoryError%3A%20memory%20allocation%20failed';

async function serve(t: Parameters<typeof makeServer>[0], options = {}) {
  const server = await makeServer(t, RELEASE, { master: MASTER, ...options });
  /** Each over a connection of its own, as from another place. */
  const ask = async (path: string) => {
    const raw = new Raw(server.port);
    const answer = await raw.get(path);
    await raw.end();
    return statusOf(answer) === 200 ? '200' : `${statusOf(answer)} ${codeOfAnswer(answer)}`;
  };
  const device = (id: string) => server.fleet.registry.find(id);
  const status = async () => (await fetch(`${server.base}/status.json`)).json();
  return { ...server, ask, device, status };
}

t.test('S1.21 S1.19 two enrolled devices undo a release: each is spared it, then all are', async (t) => {
  const { ask, lines, status, releases, fleet } = await serve(t);
  t.equal(await ask(enrolled('a', 'have=49')), '200');
  t.equal(await ask(enrolled('a', 'have=50&state=trial')), '200');
  t.equal(await ask(enrolled('a', UNDONE)), '409 release_bad');
  t.equal(await ask(enrolled('a', 'have=49')), '409 release_bad', 'also when it says nothing of it');
  t.equal(await ask(enrolled('c', 'have=49')), '200', 'one device halts nothing');
  t.match(
    lines.filter(({ msg }) => msg === 'device undid release'),
    [
      {
        level: 40,
        device: 'a',
        release: 50,
        failed: 1,
        confirmed: 0,
        proven: true,
        error: /^MemoryError: m/,
      },
    ],
  );
  t.equal(await ask(enrolled('b', UNDONE)), '409 release_bad');
  t.match(await lineWith(lines, 'release halted'), { level: 50, release: 50, failed: 2, todo: /resume/ });
  t.equal(await ask(enrolled('c', 'have=49')), '409 release_halted');
  t.equal(await ask('/6/head?id=stranger&have=49'), '409 release_halted');
  t.equal(await ask('/5/head'), '409 release_halted', 'a mirror keeps what it has, too');
  t.equal(await ask(enrolled('d', 'have=50')), '200', 'who has it keeps it');
  t.match(await status(), {
    release: { halted: true, failed: 2, confirmed: 1, failures: [{ device: 'a', error: /^Mem/ }, {}] },
  });
  t.match(fleet.registry.find('b'), { bad: 50, error: /^MemoryError/, proof: 'right' });
  releases.activate(NEXT);
  t.equal(await ask(enrolled('a', UNDONE)), '200', 'a new release starts clean, for all');
  t.equal(await ask(enrolled('c', 'have=49')), '200');
  t.notOk(fleet.reports.health.halted);
});

t.test('S1.21 the share is that of the devices that are heard', async (t) => {
  const { ask, fleet } = await serve(t, { haltAt: 0.5 });
  for (const id of ['r1', 'r2', 'r3']) await ask(enrolled(id, 'have=50'));
  for (const id of ['u1', 'u2']) await ask(enrolled(id, UNDONE));
  t.notOk(fleet.reports.health.halted);
  await ask(enrolled('u3', UNDONE));
  t.ok(fleet.reports.health.halted);
});

t.test('S1.19 false reports: a wrong MAC is refused and leaves no trace', async (t) => {
  const { ask, lines, fleet, status, port } = await serve(t);
  const right = enrolled('a', UNDONE);
  const wrong = [
    enrolled('a', UNDONE, Buffer.alloc(32, 1)),
    right.replace('have=49', 'have=48'),
    right.replace('id=a', 'id=b'),
    right.replace('/6/', '/5/'),
    `${right}&x=1`,
    `${right.slice(0, -1)}${right.endsWith('0') ? '1' : '0'}`,
    right.replace(/mac=.*/, 'mac='),
    right.replace(/mac=.*/, 'mac=zz'),
    right.replace('id=a&', ''),
    right.replace('&mac=', '&%6dac='),
  ];
  for (const path of wrong) t.equal(await ask(path), '403 report_invalid', path);
  t.same([fleet.registry.size, fleet.reports.health.state.failed], [0, []]);
  t.match(await status(), { seen: 0, release: { failed: 0, halted: false } });
  t.same(
    new Set(lines.map(({ msg, code }) => `${msg}: ${code}`)),
    new Set(['request turned away: report_invalid']),
  );
  lines.length = 0;
  const raw = new Raw(port);
  for (const path of wrong) await raw.get(path);
  await raw.end();
  t.equal(lines.length, 1, 'one line for a connection');
  t.equal(await ask(right), '409 release_bad', 'the right one is taken');
  const without = await makeServer(t, RELEASE);
  t.equal((await fetch(`${without.base}${wrong[0]}`)).status, 409, 'without the master nothing can be wrong');
  t.equal(without.fleet.reports.health.failed.length, 0);
});

t.test('S1.19 who proves nothing is shown as such, and halts nothing', async (t) => {
  const { ask, device, fleet, lines, status } = await serve(t);
  for (let i = 0; i < 20; i += 1) {
    t.equal(
      await ask(`/6/head?id=fake-${i}&${UNDONE}`),
      '409 release_bad',
      'what it says of itself, it gets',
    );
  }
  t.same([fleet.reports.health.halted, fleet.reports.health.failed], [false, []]);
  t.match(device('fake-0'), { bad: 50 });
  t.notOk(device('fake-0')?.proof);
  t.match(await status(), { devices: [{ id: 'fake-19', proven: false, bad: 50 }] });
  await ask(`/6/head?id=fake-0&${UNDONE}`);
  const said = lines.filter(({ msg, device: id }) => msg === 'device undid release' && id === 'fake-0');
  t.match(said, [{ proven: false, error: /^MemoryError/ }], 'once');
});

t.test('S1.19 who has proven its name once is not spoken for by others', async (t) => {
  const { ask, device, fleet } = await serve(t);
  await ask(`/6/head?id=a&have=1`);
  t.match(device('a'), { have: 1 }, 'nobody knows better yet');
  await ask(enrolled('a', 'have=49&board=s20'));
  t.match(device('a'), { have: 49, proof: 'right' });
  t.equal(fleet.registry.size, 1);
  t.equal(await ask(`/6/head?id=a&board=fake&${UNDONE}`), '409 release_bad', 'it is answered');
  await new Promise((resolve) => setTimeout(resolve, 20));
  t.match(device('a'), { have: 49, board: 's20', proof: 'right' });
  t.notOk(device('a')?.bad);
  t.equal(fleet.registry.size, 1, 'nor is there a second one of its name');
  t.equal(await ask(enrolled('a', 'have=49')), '200', 'and the device gets the release as before');
});

t.test('S1.19 the same nonce again is answered and not counted again', async (t) => {
  const { ask, device, fleet } = await serve(t);
  const trial = enrolled('a', 'have=50&state=trial');
  t.equal(await ask(trial), '200');
  t.equal(await ask(enrolled('a', 'have=50')), '200');
  t.equal(await ask(trial), '200');
  t.notOk(device('a')?.mode, 'what it said before is not what it says now');
  const once = enrolled('b', UNDONE);
  await ask(once);
  fleet.reports.resume(50);
  const health = () => JSON.stringify(fleet.reports.health.state);
  const before = health();
  for (let i = 0; i < 5; i += 1) t.equal(await ask(once), '409 release_bad');
  t.equal(health(), before);
  const bare = signed('6/head?id=c&have=50', 'c');
  t.equal(await ask(bare), '200');
  t.equal(device('c'), undefined, 'without a nonce it could be said for ever');
});

t.test('the end of an earlier visit takes nothing back', async (t) => {
  const { ask, device, port, status } = await serve(t);
  const raw = new Raw(port);
  await raw.get(enrolled('a', 'have=50&state=trial'));
  await ask(enrolled('a', 'have=50'));
  await raw.end();
  await new Promise((resolve) => setTimeout(resolve, 20));
  t.match(await status(), { devices: [{ id: 'a', have: 50, state: 'device current' }] });
  t.notOk(device('a')?.mode);
});

t.test('S1.21 trial and safe mode are shown, and no trial is a success', async (t) => {
  const { ask, status, fleet } = await serve(t);
  await ask(enrolled('t', 'have=50&state=trial'));
  await ask(enrolled('s', 'have=49&state=safe&error=boom'));
  await ask(enrolled('x', 'have=49&state=strange'));
  const { devices } = (await status()) as { devices: { id: string }[] };
  t.match(
    devices.sort((a, b) => (a.id < b.id ? -1 : 1)),
    [{ id: 's', mode: 'safe', error: 'boom' }, { id: 't', mode: 'trial' }, { id: 'x' }],
  );
  t.notMatch(JSON.stringify(await status()), /strange/);
  t.equal(fleet.reports.health.confirmed, 0);
});

t.test('S1.21 the words of an exception are fields, and nothing that a terminal obeys', async (t) => {
  const { ask, lines, device } = await serve(t);
  const nasty = encodeURIComponent(
    '\x1b]0;owned\x07\r\n{"level":60,"msg":"fake"}\u202e<script>alert(1)</script>',
  );
  await ask(enrolled('a', `have=49&bad=50&error=${nasty}`));
  const line = await lineWith(lines, 'device undid release');
  t.equal(line.error, ']0;owned {"level":60,"msg":"fake"} <script>alert(1)</script>');
  t.equal(device('a')?.error, line.error);
  const long = '%F0%9F%94%A5'.repeat(50);
  t.equal(await ask(enrolled('b', `have=49&error=${long}`)), '200', '200 bytes');
  t.equal(await ask(enrolled('c', `have=49&error=${'%ff'.repeat(200)}`)), '200', 'that are no text');
});
