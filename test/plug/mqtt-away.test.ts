/** A broker that is not there, goes away, comes back, or only seems to be there. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { Broker } from './broker.js';
import { MqttClient } from './mqtt-client.js';
import { error, FEED, MAIN, pass, plugAt, save, visits } from './mqtt-table.js';
import type { Plug, PlugOptions } from './plug-fixture.js';

/** What the real clock of a busy machine may take. What the plug may is told on its own clock. */
const BUSY_MS = 60_000;
/** What the plug may take once its broker is back. */
const BACK_S = 10;
/** What a try may take: a broker that is there has so long to answer. */
const ANSWER_MS = 5000;
const WATCHED_MS = 40_000;
/** The first pauses are shorter. */
const FASTER = 4;
/** The plug's client: a test hastens it. */
const MQTT = readFileSync(new URL('../../../device/plug/mqtt.py', import.meta.url), 'utf8');
const DRIVEN: PlugOptions = { clock: 'driven', hardware: { quiet: 20 } };

t.jobs = 3; // they wait most of the time

t.test('two clients of one name: the page says so, until it is over', { buffered: true }, async (t) => {
  const broker = await Broker.up(t);
  const both = await Promise.all(
    [1, 2].map(() =>
      plugAt(
        t,
        broker.port,
        { id: 'twin' },
        { sources: { 'plug/mqtt.py': MQTT.replace('250 <<', '60 <<') } },
      ),
    ),
  );
  const [one, two] = both as [Plug, Plug];
  const page = async (plug: Plug) => (await (await plug.get('/mqtt')).text()).replaceAll('\n', ' ');
  for (const plug of both)
    await plug.until(async () => /another client of this name/.test(await page(plug)), 'the reason', BUSY_MS);
  t.match(await page(one), 'It is twin now');
  await save(one, { id: '' });
  await one.until(() => broker.log.includes('as esp8266-11bd9e7c'), 'a name of its own');
  await two.until(async () => /Connected\./.test(await page(two)), 'peace', BUSY_MS);
  await one.until(async () => /Connected\./.test(await page(one)), 'peace', BUSY_MS);
  await one.post('/settings', { called: 'kettle', level: '0', tz: 'UTC0' });
  await one.until(
    () => broker.log.includes('as kettle-11bd9e7c'),
    'the new name, and the number of the board',
  );
});

t.test('S0.5 S2.6 B0b B2c B2d a broker that comes late, and comes back', { buffered: true }, async (t) => {
  const broker = await Broker.make(t);
  const plug = await plugAt(t, broker.port);
  await plug.until(async () => (await error(plug)) !== '', 'a failure');
  plug.press();
  await plug.until(() => plug.relay(), 'the button without a broker');
  await sleep(2500); // some more failures
  await broker.start();
  const client = await MqttClient.of(t, broker.port);
  await plug.until(() => visits(broker) === 1, 'the first connection', BUSY_MS);
  await plug.until(() => client.last(MAIN) === 'on', 'the state');
  await plug.until(() => client.last(FEED) === 'on', 'the press that nobody heard');
  t.equal(await error(plug), '');

  await broker.stop();
  await plug.until(async () => (await error(plug)) !== '', 'the loss');
  plug.press();
  await plug.until(() => !plug.relay(), 'the button again');
  await broker.start();
  const other = await MqttClient.of(t, broker.port);
  await plug.until(() => visits(broker) === 2, 'the second connection', BUSY_MS);
  await plug.until(() => other.last(MAIN) === 'off', 'the state, said again');
  other.say(`${MAIN}/set`, 'on');
  await plug.until(() => plug.relay(), 'an order: it has subscribed again');
  t.equal(await plug.ask('house.errors'), 0);
});

for (const seconds of [3, 61]) {
  const what = `S0.5 at most ${BACK_S} s after a broker is back that was away for ${seconds} s`;
  t.test(what, { buffered: true }, async (t) => {
    const broker = await Broker.make(t);
    const plug = await plugAt(t, broker.port, {}, DRIVEN);
    for (const times of [1, 2]) {
      await plug.advance(seconds * 1000);
      t.equal(visits(broker), times - 1);
      await broker.start();
      await pass(plug, () => visits(broker) === times, `the connection, time ${times}`, BACK_S);
      await broker.stop();
    }
  });
}

t.test('S0.5 B2c tries follow each other soon, and not all plugs at once', { buffered: true }, async (t) => {
  const { port } = await Broker.make(t);
  const plug = await plugAt(t, port, {}, DRIVEN);
  const pauses = await pausesOf(plug);
  t.ok(pauses.length > WATCHED_MS / (BACK_S * 1000), `${pauses.length} tries`);
  t.ok(Math.max(...pauses) <= BACK_S * 1000 - ANSWER_MS, `ms between tries: ${pauses.join(', ')}`);
  t.ok(new Set(pauses.slice(FASTER)).size > 2, 'the longest pauses are not the same');
});

/** How long the plug waits from one try to the next, to a tenth of a second of its clock. */
async function pausesOf(plug: Plug): Promise<number[]> {
  const tries: number[] = [];
  let had = plug.board.counters.connects;
  for (let ms = 0; ms < WATCHED_MS; ms += 100) {
    await plug.advance(100);
    const { connects } = plug.board.counters;
    if (connects > had) tries.push(ms);
    had = connects;
  }
  return tries.slice(1).map((ms, i) => ms - (tries[i] ?? 0));
}

t.test('B0f S4.20 a broker that is frozen is noticed, and found again', { buffered: true }, async (t) => {
  const broker = await Broker.up(t);
  const plug = await plugAt(t, broker.port, {}, { clock: 'driven' });
  await pass(plug, () => visits(broker) === 1, 'the connection');
  await plug.advance(60_000);
  t.equal(visits(broker), 1, 'a quiet hour is no loss');
  t.match(broker.log, /Received PINGREQ from esp8266/);
  broker.freeze();
  await plug.advance(31_000);
  t.equal(await plug.ask("house.parts['mqtt'].up"), false, 'a ping without an answer');
  t.match(plug.lines().join('\n'), 'plug: mqtt: no answer came');
  await plug.post('/on');
  t.ok(plug.relay(), 'the page switches all the same');
  broker.thaw();
  await pass(plug, () => visits(broker) === 2, 'the connection', 10);
});

t.test('B0e a look-up that blocks: button and relay do not wait for it', { buffered: true }, async (t) => {
  const broker = await Broker.up(t);
  const slow = { hosts: { 'broker.home': '127.0.0.1' } };
  const plug = await plugAt(
    t,
    broker.port,
    { host: 'broker.home' },
    { hardware: slow, faults: { dnsDelay: 1500 }, sources: {} },
  );
  plug.press(60);
  await plug.until(() => plug.relay(), 'the press');
  t.equal(visits(broker), 0, 'while the name is looked up');
  const client = await MqttClient.of(t, broker.port);
  await plug.until(() => client.last(FEED) === 'on', 'the press, said by the loop and not by the interrupt');
});

t.test('a name that nobody knows', { buffered: true }, async (t) => {
  const plug = await plugAt(t, 1883, { host: 'no.such.broker.invalid' });
  await plug.until(async () => (await error(plug)) === 'no such host', 'the reason');
  plug.press();
  await plug.until(() => plug.relay(), 'the button');
});
