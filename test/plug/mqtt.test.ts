/** The topics of the plug, at a real Mosquitto. */
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { Broker } from './broker.js';
import { MqttClient } from './mqtt-client.js';
import { Plug } from './plug-fixture.js';

const SETTINGS = { host: '127.0.0.1', main: 'home/plug', feed: 'home/feed' };
/** What nothing must follow: longer than the plug takes for anything it does. */
const A_WHILE = 700;
const SOON_MS = 1000;

async function table(t: Test, settings: object = SETTINGS) {
  const broker = await Broker.up(t);
  const client = await MqttClient.of(t, broker.port);
  const plug = await Plug.up(t, {
    settings: { mqtt: { ...settings, port: broker.port } },
  });
  await plug.until(() => broker.log.includes('Sending SUBACK to esp8266-11bd9e7c'), 'the connection');
  return { broker, client, plug };
}

t.test('S0.1 S2.5 the plug connects by its name, subscribes, and says what it is', async (t) => {
  const { broker, client, plug } = await table(t);
  await plug.until(() => client.last('home/plug/update') !== undefined, 'the greeting');
  t.equal(client.last('home/plug'), 'off');
  t.equal(client.last('home/plug/available'), 'online');
  for (const topic of ['home/feed', 'home/plug/set', 'home/plug/toggle'])
    t.match(broker.log, `${topic} (QoS 1)`);
  const later = await MqttClient.of(t, broker.port);
  await plug.until(() => later.heard.length >= 3, 'what is retained');
  t.same(later.of('home/plug'), ['off'], 'one who comes later hears the state');
  t.same(later.of('home/plug/available'), ['online']);
  t.same(later.of('home/feed'), [], 'the feed is not retained');
  await plug.board.cut();
  await plug.until(() => client.last('home/plug/available') === 'offline', 'the last will');
});

t.test('S0.2 S0.4 B0a B0g the feed: orders and states in one topic', async (t) => {
  const { client, plug } = await table(t);
  for (const word of ['on', 'off', 'on']) {
    const said = performance.now();
    client.say('home/feed', word);
    await plug.until(() => plug.relay() === (word === 'on'), word);
    const ms = performance.now() - said;
    t.ok(ms <= SOON_MS, `${word} after ${ms.toFixed(0)} ms`);
  }
  await plug.until(() => client.last('home/plug') === 'on', 'the state');
  const words = ['nonsense', '', '11', '{"state":"off"}', 'offonoff'];
  for (const word of words) client.say('home/feed', word);
  await sleep(A_WHILE);
  t.ok(plug.relay(), 'unknown words change nothing');
  t.same(client.of('home/feed'), ['on', 'off', 'on', ...words], 'what the feed has said is not said back');
  client.heard.length = 0;
  plug.press();
  await plug.until(() => client.last('home/feed') === 'off', 'the press on the feed');
  t.notOk(plug.relay());
  await plug.until(() => client.last('home/plug') === 'off', 'the press on the main topic');
  await plug.post('/on');
  await plug.until(() => client.last('home/feed') === 'on', 'the page on the feed');
  await sleep(A_WHILE);
  t.same(client.of('home/feed'), ['off', 'on'], 'and the echo is no order');
  t.ok(plug.relay());
});

t.test('orders in the words of Home Assistant and Tasmota', async (t) => {
  const { client, plug } = await table(t);
  for (const [topic, word, on] of [
    ['home/plug/set', 'ON', true],
    ['home/plug/set', 'Off', false],
    ['home/plug/set', '1', true],
    ['home/plug/set', '0', false],
    ['home/plug/set', 'TOGGLE', true],
    ['home/feed', 'OFF', false],
    ['home/feed', 'On', true],
    ['home/feed', '0', false],
    ['home/feed', 'toggle', true],
  ] as const) {
    client.heard.length = 0;
    client.say(topic, word);
    await plug.until(() => plug.relay() === on, `${topic} ${word}`);
    await plug.until(() => client.last('home/plug') === (on ? 'on' : 'off'), 'the state');
    await sleep(150); // while the plug's own word comes back from the feed, the feed is not obeyed
  }
  await plug.until(() => client.last('home/feed') === 'on', 'what came of the toggle');
});

t.test('B0a ten changes in a row end as the last one, whatever comes back', async (t) => {
  const { client, plug } = await table(t);
  for (let i = 0; i < 10; i++) {
    await plug.post(i % 2 === 0 ? '/on' : '/off');
    if (i % 3 === 0) await sleep(20);
  }
  await plug.post('/on');
  await sleep(A_WHILE);
  t.ok(plug.relay());
  t.equal(client.last('home/feed'), 'on');
  t.equal(client.last('home/plug'), 'on');
});

t.test('S2.5 set and toggle', async (t) => {
  const { client, plug } = await table(t);
  client.say('home/plug/set', 'on', { qos: 1 });
  await plug.until(() => plug.relay(), 'set on');
  await plug.until(() => client.last('home/feed') === 'on', 'the feed');
  client.say('home/plug/toggle', '');
  await plug.until(() => !plug.relay(), 'toggle with nothing');
  client.say('home/plug/toggle', 'null', { qos: 1 });
  await plug.until(() => plug.relay(), 'toggle with null');
  client.say('home/plug/toggle', Buffer.alloc(20_000, 'x'), { qos: 1 });
  await plug.until(() => !plug.relay(), 'toggle with 20 KB');
  client.say('home/plug/set', 'sideways');
  client.say('home/plug/set', 'offon');
  client.say('home/plug', 'on');
  await sleep(A_WHILE);
  t.notOk(plug.relay(), 'other words, and the state topic itself, are no orders');
});

t.test('what was retained is no order', async (t) => {
  const broker = await Broker.up(t);
  const client = await MqttClient.of(t, broker.port);
  client.say('home/plug/set', 'on', { retain: true });
  client.say('home/plug/toggle', 'x', { retain: true });
  client.say('home/feed', 'on', { retain: true });
  const plug = await Plug.up(t, {
    settings: { mqtt: { ...SETTINGS, port: broker.port } },
  });
  await plug.until(() => client.last('home/plug/update') !== undefined, 'the greeting');
  await sleep(A_WHILE);
  t.notOk(plug.relay());
  t.same(client.of('home/plug'), ['off']);
});

t.test('topics left empty: the name of the plug, or the feed alone', async (t) => {
  await t.test('no topic at all', async (t) => {
    const { client, plug } = await table(t, { host: '127.0.0.1' });
    await plug.until(() => client.last('esp8266-11bd9e7c') === 'off', 'the state');
  });
  await t.test('only a feed', async (t) => {
    const { broker, client, plug } = await table(t, { host: '127.0.0.1', feed: 'me/feeds/lamp' });
    plug.press();
    await plug.until(() => client.last('me/feeds/lamp') === 'on', 'the press');
    t.same(new Set(client.heard.map(({ topic }) => topic)), new Set(['me/feeds/lamp']));
    t.match(broker.log, 'No will message specified');
  });
});

t.test('S1.74 new settings hold at once', async (t) => {
  const { client, plug } = await table(t);
  await plug.ask(
    "__import__('plug.settings', None, None, ['save']).save('mqtt', {'main': 'other', 'feed': ''})",
  );
  await plug.ask("house.changed('mqtt')");
  await plug.get('/'); // a form is what tells it, and a form wakes the loop
  await plug.until(() => client.last('other') === 'off', 'the new topic');
  t.equal(client.last('home/plug/available'), 'offline');
  client.say('home/plug/set', 'on');
  client.say('other/set', 'on');
  await plug.until(() => plug.relay(), 'an order under the new topic');
});
