/** S4.20 The plug's MQTT client, byte by byte, at a broker that a test can make do anything. */
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { FakeBroker } from './fake-broker.js';
import { error, FEED, MAIN, pass, plugAt } from './mqtt-table.js';
import * as mqtt from './packets.js';
import type { Plug } from './plug-fixture.js';

const SET = `${MAIN}/set`;
const NOTHING = Buffer.alloc(0);

async function whole(plug: Plug): Promise<boolean> {
  const clean = !plug.lines().some((line) => line.includes('Traceback'));
  return clean && (await plug.ask('house.errors')) === 0;
}

t.jobs = 3; // they wait most of the time

t.test('S4.20 CONNECT carries will, user, password, name and keepalive', { buffered: true }, async (t) => {
  const broker = await FakeBroker.up(t);
  const long = 'ü'.repeat(64);
  const plug = await plugAt(t, broker.port, { user: 'me', password: 'pä&=%+', id: 'socket', main: long });
  await plug.until(() => broker.messages().length > 2, 'the greeting');
  const body = broker.of(mqtt.CONNECT)[0]?.body ?? NOTHING;
  t.same(body.subarray(0, 10), Buffer.from([0, 4, ...Buffer.from('MQTT'), 4, 0xee, 0, 60]));
  const fields = ['socket', `${long}/available`, 'offline', 'me', 'pä&=%+'];
  t.same(body.subarray(10), Buffer.concat(fields.map((field) => mqtt.text(field))));
  const state = broker.messages().find(({ topic }) => topic === long);
  t.match(state, { payload: 'off', retain: true, qos: 1, dup: false });
  broker.send(mqtt.publish(`${long}/set`, 'on'));
  await plug.until(() => plug.relay(), 'an order under a long topic');
});

t.test('S4.20 partial reads: every byte comes alone', { buffered: true }, async (t) => {
  const broker = await FakeBroker.up(t);
  broker.answer = () => NOTHING;
  const plug = await plugAt(t, broker.port);
  await plug.until(() => broker.of(mqtt.SUBSCRIBE).length === 1, 'the subscriptions');
  const all = Buffer.concat([
    mqtt.encode(mqtt.CONNACK, 0, Buffer.from([0, 0])),
    mqtt.encode(mqtt.SUBACK, 0, Buffer.from([0, 2, 1, 1, 1, 1])),
    mqtt.publish('elsewhere', Buffer.alloc(300), { qos: 1, id: 0x1234 }),
    mqtt.publish(SET, 'on', { qos: 1, id: 0xfedc }),
  ]);
  for (const byte of all) {
    broker.send(Buffer.from([byte]));
    await sleep(1);
  }
  await plug.until(() => plug.relay(), 'the order');
  await plug.until(() => broker.of(mqtt.PUBACK).length === 2, 'the answers');
  t.same(
    broker.of(mqtt.PUBACK).map(({ body }) => body.readUInt16BE(0)),
    [0x1234, 0xfedc],
  );
  t.ok(await whole(plug));
});

t.test('S4.20 packets of every size, one behind the other', { buffered: true }, async (t) => {
  const broker = await FakeBroker.up(t);
  const plug = await plugAt(t, broker.port);
  await plug.until(() => broker.messages().length > 2, 'the greeting');
  let id = 0;
  for (const size of [0, 1, 126, 127, 128, 129, 137, 138, 139, 200, 300, 16_383, 16_384, 40_000]) {
    const on = ++id % 2 === 1;
    const big = mqtt.publish(FEED, Buffer.alloc(size, 'on'), { qos: 1, id: 100 + id });
    broker.send(Buffer.concat([big, mqtt.publish(SET, on ? 'on' : 'off')]));
    await plug.until(() => plug.relay() === on, `the order behind ${size} bytes`);
  }
  await plug.until(() => broker.of(mqtt.PUBACK).length === id, 'the answers');
  t.same(
    broker.of(mqtt.PUBACK).map(({ body }) => body.readUInt16BE(0) - 100),
    Array.from({ length: id }, (_, i) => i + 1),
  );
  t.equal(broker.connections.length, 1, 'in one connection');
  t.notOk(
    plug.board.events.some(({ grew }) => grew === true),
    'the heap is not asked for 16 KB',
  );
});

t.test(
  'S4.20 a message that was not acknowledged comes again, marked, before anything newer',
  { buffered: true },
  async (t) => {
    let acknowledge = true;
    const broker = await FakeBroker.up(t, ({ kind }) =>
      kind === mqtt.PUBLISH && !acknowledge ? NOTHING : undefined,
    );
    const plug = await plugAt(t, broker.port);
    await plug.until(() => broker.messages().length > 2, 'the greeting');
    acknowledge = false;
    plug.press();
    await plug.until(() => broker.messages().at(-1)?.topic === FEED, 'the press');
    t.match(broker.messages().at(-1), { payload: 'on', dup: false, retain: false });
    plug.press();
    await plug.until(() => !plug.relay(), 'a second press');
    const before = broker.messages().length;
    acknowledge = true;
    broker.connections.at(-1)?.destroy();
    await plug.until(() => broker.messages().length >= before + 3, 'the next connection');
    const [again, news] = broker.messages().slice(before);
    t.match(again, { topic: FEED, payload: 'on', dup: true });
    t.match(news, { topic: FEED, payload: 'off', dup: false });
    broker.send(mqtt.publish(FEED, 'on'));
    await sleep(300);
    t.notOk(plug.relay(), 'B0a the echo of what is over is no order');
    broker.send(mqtt.publish(FEED, 'off'));
    broker.send(mqtt.publish(FEED, 'on'));
    await plug.until(() => plug.relay(), 'what comes after them is one');
  },
);

t.test('an echo that never comes does not close the feed for ever', { buffered: true }, async (t) => {
  const broker = await FakeBroker.up(t);
  const plug = await plugAt(t, broker.port, {}, { clock: 'driven' });
  await pass(plug, () => broker.messages().length > 2, 'the greeting');
  await plug.post('/on');
  await plug.until(() => broker.messages().some(({ topic }) => topic === FEED), 'the state on the feed');
  await pass(plug, () => broker.of(mqtt.PINGREQ).length > 0, 'a ping');
  await plug.advance(100);
  broker.send(mqtt.publish(FEED, 'off'));
  await plug.until(() => !plug.relay(), 'an order');
});

t.test(
  'a broker that refuses, and one that does not know a topic, are told',
  { buffered: true },
  async (t) => {
    const broker = await FakeBroker.up(t, ({ kind }) =>
      kind === mqtt.CONNECT ? mqtt.encode(mqtt.CONNACK, 0, Buffer.from([0, 3])) : undefined,
    );
    const plug = await plugAt(t, broker.port);
    await plug.until(async () => (await error(plug)) === 'refused: by the broker (3)', 'the reason');
    broker.answer = ({ kind }) =>
      kind === mqtt.SUBSCRIBE ? mqtt.encode(mqtt.SUBACK, 0, Buffer.from([0, 2, 1, 128, 1, 1])) : undefined;
    await plug.until(async () => (await error(plug)) === 'topic not allowed', 'the other reason');
    broker.send(mqtt.publish(FEED, 'on'));
    await plug.until(() => plug.relay(), 'it works on with what it may');
  },
);
