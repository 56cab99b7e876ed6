/** From a plug that nobody has set up to one that has joined, and back to the form when the first attempt fails. */
import { createSocket } from 'node:dgram';
import t, { type Test } from 'tap';
import { Plug, type PlugOptions } from './plug-fixture.js';

const SECRET = 'pä&ss=w%rd+1 ✓';
const AIR = [
  { ssid: 'far', password: 'x'.repeat(8), rssi: -88 },
  { ssid: 'Zuhause & Garten', password: SECRET, rssi: -50 },
  { ssid: 'unseen', password: 'hidden one', hidden: true },
];
const FORM = {
  essid: 'Zuhause & Garten',
  password: SECRET,
  broker_address: '',
  device_name: 'kitchen-plug',
  main_topic: 'home/kitchen',
  board: 's26',
};

/** A plug as it comes out of the box. */
function fresh(t: Test, options: PlugOptions = {}): Promise<Plug> {
  const { settings = {}, hardware = {}, ...rest } = options;
  return Plug.up(t, {
    ...rest,
    settings: { wifi: undefined, ...settings },
    hardware: { air: AIR, ...hardware },
  });
}

/** The next reset and the boot behind it, until a page answers again. */
async function again(plug: Plug): Promise<void> {
  const before = plug.board.events.length;
  await plug.until(
    () => plug.board.events.slice(before).some(({ event }) => event === 'plug-up'),
    'the restart',
    60_000,
  );
}

t.test('S2.1 without settings: an access point of its own, with the form', async (t) => {
  const plug = await fresh(t);
  t.match(await plug.board.event('access-point', 1000, ({ ssid }) => ssid !== ''), {
    ssid: 'smart-plug-config',
    password: '2020hacks2020',
    on: true,
  });
  const answer = await plug.get('/generate_204', { headers: { Host: 'connectivitycheck.gstatic.com' } });
  t.equal(answer.status, 200, 'any address gives the page (B2a: with a status line and headers)');
  t.match(answer.headers.get('content-type'), 'text/html');
  const html = await answer.text();
  for (const field of ['essid', 'password', 'broker_address', 'device_name', 'main_topic', 'board'])
    t.match(html, new RegExp(`name=${field}`), field);
  t.match(html, 'Zuhause &#38; Garten', 'the networks in sight');
  t.ok(html.indexOf('Zuhause') < html.indexOf('"far"'), 'the strongest first');
  t.notMatch(html, 'unseen');
  plug.press();
  await plug.until(() => plug.relay(), 'the button, meanwhile');
});

t.test(
  'S2.1 name and password of the access point are settings; a short password makes it open',
  async (t) => {
    const plug = await fresh(t, { settings: { plug: { ap: 'my plug', ap_password: 'short' } } });
    t.match(await plug.board.event('access-point', 1000, ({ ssid }) => ssid !== ''), {
      ssid: 'my plug',
      password: '',
    });
  },
);

t.test('S2.2 S1.42 the form is saved, confirmed and tried; every character survives', async (t) => {
  const plug = await fresh(t);
  t.match(await (await plug.get('/')).text(), /name=server value="http:..127\.0\.0\.1:9"/);
  const answer = await plug.post('/', { ...FORM, server: '10.1.2.3' });
  t.equal(answer.status, 303);
  t.match(await (await plug.get(answer.headers.get('location') ?? '/')).text(), /joining your Wi-Fi/);
  await again(plug);
  await plug.until(() => plug.json('wifi').joined === true, 'the success is written down');
  t.match(plug.json('wifi'), { networks: [['Zuhause & Garten', SECRET]] });
  t.match(plug.json('mqtt'), { host: '', main: 'home/kitchen' });
  t.match(plug.json('ota'), { board: 's26', server: 'http://10.1.2.3:8267' });
  t.match(await plug.board.event('joining', 1000, ({ hostname }) => hostname === 'kitchen-plug'), {
    ssid: 'Zuhause & Garten',
  });
  t.match(await (await plug.get('/')).text(), /kitchen-plug/);
});

t.test('S2.2 what is wrong is said, and what was typed is kept', async (t) => {
  const plug = await fresh(t);
  const bad = { ...FORM, password: 'short', device_name: 'a<b', broker_address: 'broker:99999' };
  const html = await (await plug.post('/', bad)).text();
  t.match(html, /8 to 63/);
  t.match(html, 'a&#60;b');
  t.match(html, 'broker:99999');
  t.notMatch(html, 'value="short"');
  const wrong = async (field: string, form: Partial<typeof FORM>) => {
    const page = await (await plug.post('/', { ...FORM, ...form })).text();
    return new RegExp(`id=e?${field}[^]*?<p class=bad[^>]*>([^<]*)`).exec(page)?.[1];
  };
  t.match(await wrong('essid', { essid: 'ü'.repeat(17) }), '32 bytes');
  t.match(await wrong('device_name', { device_name: 'a<b' }), '3 to 32');
  t.match(await wrong('board', { board: 's99' }), 'Known boards: oittm');
  t.match(await wrong('broker_address', { broker_address: 'broker:99999' }), '65535');
  t.match(await wrong('broker_address', { broker_address: 'mqtt//broker' }), 'address');
  t.match(await wrong('main_topic', { main_topic: 'a/#' }), '#');
  t.match(await wrong('server', { server: 'https://updates.example' } as object), '192.168.1.5:8267');
  t.throws(() => plug.json('wifi'), 'nothing was saved');
});

for (const [reason, form, says] of [
  ['password', { password: 'wrong password' }, /password of the Wi-Fi is wrong/],
  ['network', { essid: 'nowhere' }, /No Wi-Fi of that name/],
  ['broker', { broker_address: '127.0.0.1:9' }, /the MQTT broker did not/],
] as const) {
  t.test(`S2.3 a first join that fails (${reason}) comes back to the form with the reason`, async (t) => {
    const plug = await fresh(t, { clock: 'driven', hold: false });
    await plug.post('/', { ...FORM, ...form });
    await plug.until(() => plug.json('wifi').reason === reason, 'the reason');
    await again(plug);
    const html = await (await plug.get('/')).text();
    t.match(html, says);
    t.match(html, `value="${'essid' in form ? form.essid : 'Zuhause &#38; Garten'}"`, 'prefilled');
    t.match(html, 'value="kitchen-plug"');
    t.notMatch(html, 'wrong password', 'but for the password');
    t.notMatch(html, 'ss=w%rd');
  });
}

t.test('S2.4 B2b after one success no outage brings the portal back or loses a setting', async (t) => {
  const wifi = { networks: [['Zuhause & Garten', SECRET]], joined: true };
  const plug = await Plug.up(t, { clock: 'driven', settings: { wifi }, hardware: { air: AIR } });
  const before = plug.read('data/wifi.json');
  plug.board.air([]);
  await plug.advance(3_600_000);
  await plug.board.reset();
  await plug.up();
  await plug.advance(600_000);
  t.notMatch(plug.lines().join('\n'), /portal/);
  t.strictSame(plug.read('data/wifi.json'), before);
  plug.board.air(AIR);
  await plug.advance(60_000);
  t.match(plug.lines().at(-1), /wifi up|no time/);
});

t.test('S2.8 the portal answers every name with its own address', async (t) => {
  const plug = await fresh(t);
  const socket = createSocket('udp4');
  t.teardown(() => socket.close());
  const ask = (type: number): Promise<Buffer> => {
    const [host, port] = (plug.board.listening.get(53) ?? '').split(':');
    const name = Buffer.from('\x0bcaptive-one\x05apple\x03com\0', 'latin1');
    const query = Buffer.concat([
      Buffer.from([0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]),
      name,
      Buffer.from([0, type, 0, 1]),
    ]);
    for (let bytes = 0; bytes < 30; bytes++) socket.send(query.subarray(0, bytes), Number(port), host);
    socket.send('nonsense', Number(port), host);
    socket.send(query, Number(port), host);
    return new Promise((resolve) => socket.once('message', resolve));
  };
  const a = await ask(1);
  t.equal(a.readUInt16BE(0), 0x1234);
  t.equal(a.readUInt16BE(6), 1, 'one answer');
  t.strictSame([...a.subarray(-4)], [127, 0, 0, 1]);
  t.equal((await ask(28)).readUInt16BE(6), 0, 'no IPv6 address');
  t.equal(await plug.ask('house.errors'), 0, 'no datagram has taken the portal away');
});

t.test('S2.8 a portal that nobody visits tries the saved Wi-Fi again after five minutes', async (t) => {
  const wifi = { networks: [['late', 'password']], joined: false, reason: 'network' };
  const plug = await Plug.up(t, { clock: 'driven', settings: { wifi }, hardware: { air: [] } });
  t.ok(await plug.board.event('access-point', 1000));
  plug.board.air([{ ssid: 'late', password: 'password' }]);
  await plug.advance(301_000);
  await plug.advance(60_000);
  await plug.until(() => plug.json('wifi').joined === true, 'it has joined');
});

t.test(
  'S1.81 B1s a portal that nobody visits turns its loop long before the watchdog would reset it',
  async (t) => {
    const plug = await fresh(t);
    await plug.ask('house.due.clear()'); // the next attempt to join, which is seldom
    const wait = Number(await plug.ask('house.wait()'));
    t.ok(wait > 10_000 && wait <= 30_000, `${wait} ms of 60,000`);
  },
);
