/** Home Assistant finds the plug: the fields of its documentation (MQTT discovery, MQTT switch, MQTT update). */
import t from 'tap';
import { Broker } from './broker.js';
import { MqttClient } from './mqtt-client.js';
import { MAIN, plugAt, save } from './mqtt-table.js';

const OWN = 'soft-ota-11bd9e7c';
const SWITCH = `homeassistant/switch/${OWN}/config`;
const UPDATE = `homeassistant/update/${OWN}/config`;

t.test('discovery: a switch and its updates, until it is not wanted any more', async (t) => {
  const broker = await Broker.up(t);
  const client = await MqttClient.of(t, broker.port);
  const plug = await plugAt(t, broker.port, { ha: true });
  await plug.until(() => client.last(UPDATE) !== undefined, 'the messages');
  const device = {
    identifiers: [OWN],
    name: 'esp8266-11bd9e7c',
    manufacturer: 'soft-ota',
    sw_version: '',
    configuration_url: String,
  };
  t.match(JSON.parse(client.last(SWITCH) ?? ''), {
    '~': MAIN,
    unique_id: `${OWN}-switch`,
    name: null,
    state_topic: '~',
    command_topic: '~/set',
    payload_on: 'on',
    payload_off: 'off',
    availability_topic: '~/available',
    device,
  });
  t.match(JSON.parse(client.last(UPDATE) ?? ''), {
    '~': MAIN,
    unique_id: `${OWN}-update`,
    state_topic: '~/update',
    command_topic: '~/update/set',
    payload_install: 'install',
    device_class: 'firmware',
    entity_category: 'config',
    device,
  });
  const later = await MqttClient.of(t, broker.port);
  await plug.until(() => later.last(UPDATE) !== undefined, 'it is retained');
  t.equal(await plug.ask("'plug.greet' in __import__('sys').modules"), false, 'the code for it is dropped');
  await save(plug, { ha: false });
  await plug.until(() => client.last(UPDATE) === '' && client.last(SWITCH) === '', 'the end of it');
});

t.test('an update waits: MQTT says so, and installs it on demand', async (t) => {
  const broker = await Broker.up(t);
  const client = await MqttClient.of(t, broker.port);
  const plug = await plugAt(t, broker.port);
  const versions = () => JSON.parse(client.last(`${MAIN}/update`) ?? '{}');
  await plug.until(() => client.last(`${MAIN}/update`) !== undefined, 'the versions');
  t.same(versions(), { installed_version: '', latest_version: '' });
  await plug.ask("setattr(house, 'waiting', '1795000000')");
  await plug.get('/');
  await plug.until(() => versions().latest_version === '1795000000', 'the news');
  client.say(`${MAIN}/update/set`, 'something');
  client.say(`${MAIN}/update/set`, 'install');
  await plug.board.event('reset', 60_000);
});
