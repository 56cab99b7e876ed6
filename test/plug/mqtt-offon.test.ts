/** S0.3 offon: off, and on again five seconds later, without anybody waiting for it. */
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { Broker } from './broker.js';
import { MqttClient } from './mqtt-client.js';
import { FEED, MAIN, plugAt, visits } from './mqtt-table.js';

t.jobs = 3; // they wait most of the time

t.test('S0.3 B0c offon takes five seconds, and everything else goes on', { buffered: true }, async (t) => {
  const broker = await Broker.up(t);
  const client = await MqttClient.of(t, broker.port);
  const plug = await plugAt(t, broker.port);
  await plug.until(() => visits(broker) === 1, 'the connection');
  await plug.post('/on');
  await plug.until(() => client.last(FEED) === 'on', 'on');
  client.say(FEED, 'offon');
  await plug.until(() => !plug.relay(), 'off');
  const began = performance.now();
  await plug.until(() => client.last(MAIN) === 'off', 'the state');
  let pages = 0;
  for (; performance.now() - began < 4000; pages++) {
    const asked = performance.now();
    t.equal((await plug.get('/')).status, 200);
    if (performance.now() - asked > 1000) t.fail('the page waits');
    await sleep(200);
  }
  t.ok(pages > 4, `${pages} pages meanwhile`);
  t.notOk(plug.relay(), 'still off');
  await plug.until(() => plug.relay(), 'on again');
  const took = performance.now() - began;
  t.ok(took > 4500 && took < 5500, `after ${Math.round(took)} ms`);
  await plug.until(() => client.last(MAIN) === 'on', 'the state');
  t.equal(client.of(FEED).filter((word) => word === 'off').length, 0, 'the feed has said so itself');
});

t.test('S0.3 whoever chooses meanwhile is not overruled', { buffered: true }, async (t) => {
  const broker = await Broker.up(t);
  const client = await MqttClient.of(t, broker.port);
  const plug = await plugAt(t, broker.port);
  await plug.until(() => visits(broker) === 1, 'the connection');
  client.say(FEED, 'on');
  await plug.until(() => plug.relay(), 'on');
  client.say(FEED, 'offon');
  await plug.until(() => !plug.relay(), 'off');
  const began = performance.now();
  plug.press();
  await plug.until(() => plug.relay(), 'the button works');
  await plug.until(() => client.last(FEED) === 'on', 'and is heard');
  plug.press();
  await plug.until(() => !plug.relay(), 'off by hand');
  await sleep(5500 - (performance.now() - began));
  t.notOk(plug.relay(), 'it stays off');
});
