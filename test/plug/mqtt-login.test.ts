/** Brokers that want to know who is there. */
import t from 'tap';
import { Broker } from './broker.js';
import { MqttClient } from './mqtt-client.js';
import { error, FEED, MAIN, plugAt, save, visits } from './mqtt-table.js';

t.test('S0.1 S0.6 a wrong password is told, and mended without a restart', async (t) => {
  const broker = await Broker.up(t, { users: { plug: 'right', friend: 'f' } });
  const plug = await plugAt(t, broker.port, { user: 'plug', password: 'wrong', id: 'kettle' });
  await plug.until(async () => (await error(plug)) === 'refused: user or password (5)', 'the reason');
  t.match(plug.lines().join('\n'), 'plug: mqtt: refused: user or password (5)');
  const attempts = () => broker.log.split('Sending CONNACK to 127.0.0.1 (0, 5)').length - 1;
  await plug.until(() => attempts() > 2, 'more attempts');
  plug.press();
  await plug.until(() => plug.relay(), 'the switch works all the same');
  t.equal(
    plug.lines().filter((line) => line.startsWith('plug: mqtt: refused')).length,
    1,
    'one line for all attempts',
  );
  await save(plug, { password: 'right' });
  await plug.until(() => broker.log.includes('New client connected from'), 'the connection');
  await plug.until(() => broker.log.includes('Sending SUBACK to kettle'), 'the subscription');
  t.equal(await error(plug), '', 'no reason any more');
  t.match(broker.log, /connected from .* as kettle \(p2, c1, k60, u'plug'\)/);
  const client = await MqttClient.of(t, broker.port, 'friend', 'f');
  // it says its own state first, and what somebody says before that is older
  await plug.until(() => client.last(MAIN) === 'on', 'its state');
  client.say(FEED, 'off');
  await plug.until(() => !plug.relay(), 'an order');
});

t.test('no user where one is needed', async (t) => {
  const broker = await Broker.up(t, { users: { plug: 'right' } });
  const plug = await plugAt(t, broker.port);
  await plug.until(async () => (await error(plug)) === 'refused: user or password (5)', 'the reason');
  t.equal(visits(broker), 0);
});
