/** S4.20 A broker that talks nonsense: the plug takes another connection, and nothing else happens to it. */
import { readFileSync } from 'node:fs';
import t from 'tap';
import { FakeBroker } from './fake-broker.js';
import { FEED, MAIN, pass, plugAt } from './mqtt-table.js';
import * as mqtt from './packets.js';
import type { Plug } from './plug-fixture.js';

const ROUNDS = 60;

const bytes = (rows: readonly number[][]): Buffer[] => rows.map((row) => Buffer.from(row));

/** What is not MQTT, or not from a broker, or not asked for: the plug itself ends the connection. */
const WRONG = bytes([
  [0x32, 0x02, 0x00, 0x00], // QoS 1 without an id
  [0x36, 0x04, 0x00, 0x00, 0x00, 0x01], // QoS 3
  [0x34, 0x04, 0x00, 0x00, 0x00, 0x01], // QoS 2
  [0x30, 0x04, 0xff, 0xff, 0x61, 0x62], // a topic longer than its packet
  [0x30, 0xff, 0xff, 0xff, 0xff, 0x01], // five bytes of length
  [0x20, 0x02, 0x00, 0x00], // CONNACK again
  [0x40, 0x02, 0x00, 0x07], // acknowledges what nobody said
  [0x90, 0x02, 0x00, 0x02],
  [0xd0, 0x00],
  [0x10, 0x00],
  [0x00, 0x00],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
]);
/** What is short, or odd, and then the connection ends. */
const ODD = bytes([
  [0x30],
  [0x30, 0x00],
  [0x30, 0x01, 0x00],
  [0x32, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0x61], // 268 MB announced
  [0x20, 0x00],
  [0x90, 0x00],
]);

/** The plug's client, but for the pause before another connection: there are many. */
const hasty = readFileSync(new URL('../../../device/plug/mqtt.py', import.meta.url), 'utf8').replace(
  'base = 250 <<',
  'base = 5 <<',
);

t.jobs = 3; // they wait most of the time

t.test('S4.20 nonsense of a broker', { buffered: true }, async (t) => {
  const broker = await FakeBroker.up(t);
  const plug = await plugAt(t, broker.port, {}, { sources: { 'plug/mqtt.py': hasty } });
  const random = seeded(20_261_121);
  const all = [...WRONG, ...ODD, ...Array.from({ length: ROUNDS }, () => garbage(random))];
  for (const [round, packet] of all.entries()) {
    await plug.until(
      () => broker.of(mqtt.SUBSCRIBE).length > round,
      `a connection after ${show(all[round - 1])}`,
    );
    await settled(plug);
    broker.send(packet);
    if (round >= WRONG.length) broker.connections.at(-1)?.end();
  }
  await plug.until(() => broker.of(mqtt.SUBSCRIBE).length > all.length, 'the last connection');
  await plug.post('/off');
  broker.send(mqtt.publish(`${MAIN}/set`, 'on'));
  await plug.until(() => plug.relay(), 'an order after all that');
  t.equal(await plug.ask('house.errors'), 0, 'no part has failed');
  t.notOk(plug.lines().some((line) => line.includes('Traceback')));
});

t.test('S4.20 a packet that never ends is a broker that does not answer', { buffered: true }, async (t) => {
  const broker = await FakeBroker.up(t);
  const plug = await plugAt(t, broker.port, {}, { clock: 'driven' });
  await pass(plug, () => broker.messages().length > 2, 'the greeting');
  broker.send(
    Buffer.concat([Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f]), mqtt.text(FEED), Buffer.alloc(5000)]),
  );
  await pass(plug, () => broker.connections.length === 2, 'another connection', 36);
  t.match(plug.lines().join('\n'), 'plug: mqtt: no answer came');
});

/** The greeting is over: nothing is asked, so that every answer is one too many. */
async function settled(plug: Plug): Promise<void> {
  const calm = "(lambda m: bool(m and m.up and not m.asked and not m.todo))(house.parts.get('mqtt'))";
  await plug.until(async () => (await plug.ask(calm)) === true, 'a greeting');
}

/** Random bytes, or a good packet with some bytes changed. */
function garbage(random: (below: number) => number): Buffer {
  if (random(3) === 0) return Buffer.from(Array.from({ length: 1 + random(400) }, () => random(256)));
  const good = mqtt.publish([FEED, `${MAIN}/toggle`, 'x'][random(3)] ?? '', 'y'.repeat(random(300)), {
    qos: random(2),
  });
  for (let i = 0; i <= random(3); i++) good[random(Math.min(good.length, 12))] = random(256);
  return good;
}

function show(bytes: Buffer = Buffer.alloc(0)): string {
  return bytes.subarray(0, 40).toString('hex');
}

/** The same numbers each time (a linear congruence). */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
