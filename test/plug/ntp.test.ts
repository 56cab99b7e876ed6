/** Time from the network: asked in the right rhythm, believed only when it is right. */
import t, { type Test } from 'tap';
import { Plug, type PlugOptions } from './plug-fixture.js';
import { type Answering, TimeServer } from './sntp.js';

const NOW = Date.parse('2026-11-21T05:12:00Z');
/** Real milliseconds for which a driven clock stands still after an answer. */
const QUIET = 20;
const POOL = 'pool.ntp.org';
const HOUR = 3_600_000;

const WARNING = /No time server has answered for 7 hours/;

/** What the page says beside the next switching. */
async function message(plug: Plug): Promise<string> {
  const answer = plug.get('/state');
  await plug.advance(1000);
  return ((await (await answer).json()) as { message: string }).message;
}

async function asking(t: Test, answer: Answering, more: PlugOptions = {}): Promise<[Plug, TimeServer]> {
  const server = await TimeServer.start(t, answer);
  const hardware = { ports: { 123: server.port }, hosts: { [POOL]: '127.0.0.1' }, quiet: QUIET };
  const plug = await Plug.up(t, { clock: 'driven', hardware, ...more });
  await plug.advance(2000);
  return [plug, server];
}

/** The plug's clock as Unix milliseconds, to the second. */
async function clock(plug: Plug): Promise<number> {
  return (Number(await plug.ask('__import__("time").time()')) + 946_684_800) * 1000;
}

t.test('S1.70 S1.71 the time is known at once, as UTC, and asked for every hour', async (t) => {
  const [plug, server] = await asking(t, { time: NOW });
  t.ok(Math.abs((await clock(plug)) - NOW) <= 3000, 'the RTC is UTC');
  t.equal(await plug.ask('house.minute()'), Math.floor((NOW - Date.UTC(2000, 0, 1)) / 60_000));
  t.equal(server.asked, 1);
  await plug.advance(HOUR - 10_000);
  t.equal(server.asked, 1);
  await plug.advance(20_000);
  t.equal(server.asked, 2);
  await plug.advance(4 * HOUR);
  t.equal(server.asked, 6);
});

t.test('S1.75 past 2036 as well, where the count begins anew', async (t) => {
  const later = Date.parse('2040-02-29T12:00:00Z');
  const [plug] = await asking(t, { time: later });
  t.ok(Math.abs((await clock(plug)) - later) <= 3000);
});

const WRONG: readonly (readonly [string, Answering])[] = [
  ['not of mode 4', { mode: 3 }],
  ['stratum 16', { stratum: 16 }],
  ['stratum 0: a kiss of death', { kiss: 'DENY' }],
  ['not the answer to our question', { wrongOrigin: true }],
  ['too short', { length: 47 }],
  ['without a time', { zero: true }],
  ['from before this was written', { time: Date.parse('2019-01-01T00:00:00Z') }],
  ['from a server that has no time itself', { leap: 3 }],
];
for (const [what, answer] of WRONG) {
  t.test(`S1.75 an answer is not believed: ${what}`, async (t) => {
    const [plug, server] = await asking(t, { time: NOW, ...answer });
    t.equal(await plug.ask('house.minute()'), null);
    t.ok(server.asked > 0);
    server.answer = { time: NOW };
    await plug.advance(120_000);
    t.ok(await plug.ask('house.minute()'), 'and the next right one is');
  });
}

t.test('S1.75 an answer that took 3 s is not believed: it was the time', async (t) => {
  const [plug, server] = await asking(t, { time: NOW, held: true });
  await plug.advance(3000);
  server.letGo();
  await plug.advance(1000);
  t.equal(await plug.ask('house.minute()'), null);
  server.answer = { time: NOW };
  await plug.advance(15_000);
  t.ok(await plug.ask('house.minute()'), 'and the next one is');
});

t.test('S1.70 silence: each question doubles the pause', async (t) => {
  const [plug, server] = await asking(t, { silent: true });
  await plug.advance(228_000);
  t.equal(server.asked, 5, 'after 15, 30, 60 and 120 s');
  t.equal(await plug.ask('house.clock.error'), 'silent');
});

t.test(
  'S1.70 no answer at all: nothing resets, the button works, and after 7 h there is a warning',
  async (t) => {
    const hosts: Record<string, string> = { [POOL]: '' };
    const server = await TimeServer.start(t, { time: NOW });
    const hardware = { ports: { 123: server.port }, hosts, quiet: QUIET };
    const plug = await Plug.up(t, { clock: 'driven', hardware });
    await plug.advance(6 * HOUR);
    t.notMatch(await message(plug), WARNING, 'not yet');
    await plug.advance(2 * HOUR);
    t.match(await message(plug), WARNING);
    const told = plug.lines().filter((line) => line.startsWith('plug: no time:')).length;
    t.ok(told > 6 && told < 20, `about once an hour: ${told}`);
    t.notOk(plug.board.events.some(({ event }) => event === 'reset'));
    plug.press();
    await plug.advance(200);
    t.ok(plug.relay());
    hosts[POOL] = '127.0.0.1';
    await plug.advance(HOUR);
    t.equal(await plug.ask('[house.clock.lost, house.clock.error]').then(String), '0,');
    t.notMatch(await message(plug), WARNING);
  },
);

t.test(
  'S1.76 several servers: the next one when one fails; other ones at once when they are saved',
  async (t) => {
    const dead = await TimeServer.start(t, { silent: true });
    const good = await TimeServer.start(t, { time: NOW }, '127.0.0.2', dead.port);
    const hosts = { dead: '127.0.0.1', good: '127.0.0.2' };
    const hardware = { ports: { 123: dead.port }, hosts, quiet: QUIET };
    const settings = { plug: { ntp: ['dead', 'good'] } };
    const plug = await Plug.up(t, { clock: 'driven', hardware, settings });
    await plug.advance(5000);
    t.equal(good.asked, 0);
    await plug.advance(60_000);
    t.strictSame([dead.asked, good.asked], [1, 1]);
    t.ok(await plug.ask('house.minute()'));
    await plug.save('plug', { ntp: ['dead'] });
    await plug.advance(6000);
    t.equal(dead.asked, 2, 'S1.74 at once, not in an hour');
  },
);

t.test('S1.74 a new time zone counts at once', async (t) => {
  const timers = { active: true, rows: [[6 * 60, 7 * 60, 127]] };
  const [plug] = await asking(t, { time: NOW }, { settings: { timers } });
  t.equal(plug.relay(), false, '05:12 in UTC');
  await plug.save('plug', { tz: 'CET-1CEST,M3.5.0,M10.5.0/3' });
  await plug.advance(6000);
  t.equal(plug.relay(), true, '06:12 in Berlin');
});
