/** The forms of the page, over its real socket: what is stored, what is said when something is wrong, what is never shown. */
import t from 'tap';
import { online, setTime } from './raw-http.js';

const BERLIN = { tz: 'CET-1CEST,M3.5.0,M10.5.0/3', zone: 'Europe/Berlin' };
const SETTINGS = { called: 'lamp', level: '0', hour: '', ntp: '127.0.0.1', ...BERLIN };
const WEEK = { a: '0,1,2,3,4,5,6' };

/** Used by all tests that leave the others' settings alone. */
const plug = await online(t);

/** What stands in a page behind `id=e<field>`: what is wrong with that field. */
function wrong(page: string, field: string): string {
  return new RegExp(`id=e${field}[^>]*>([^<]*)`).exec(page)?.[1] ?? '';
}

async function text(response: Promise<Response>): Promise<string> {
  return (await response).text();
}

t.test(
  'S1.51 timers are stored, survive a power cut with their active flag, and come back as typed',
  async (t) => {
    const plug = await online(t);
    const lines = '22:00 - 6:00 Fr Sa\n06:00 - 08:30';
    t.equal((await plug.post('/timers', { timers: lines, active: 'on', a: '0,4' })).status, 303);
    t.strictSame(plug.json('timers'), {
      active: true,
      reverse: false,
      days: 0b10001,
      rows: [
        [360, 510, 127],
        [1320, 360, 0b110000],
      ],
    });
    await plug.board.cut();
    await plug.up();
    const page = await text(plug.get('/timers'));
    t.match(page, '>\n06:00 - 08:30\n22:00 - 06:00 Fr Sa\n</textarea>');
    t.match(page, 'name=active checked');
    t.equal(page.match(/name=a value=\d checked/g)?.length, 2);
    t.equal((await plug.post('/timers', { timers: lines, reverse: 'on', ...WEEK })).status, 303);
    t.match(plug.json('timers'), { active: false, reverse: true, days: 127 });
  },
);

t.test('S1.64 what is wrong with a time is said with its line, and what was typed is kept', async (t) => {
  for (const [line, why] of [
    ['6:75 - 7:00', '6:75'],
    ['25:00 - 26:00', '25:00'],
    ['24:00 - 6:00', '24:00'],
    ['06:00 to 07:00', '.'],
    ['06:00 - 07:00 Xy', 'Xy'],
    ['<script>', '.'],
  ] as const) {
    const response = await plug.post('/timers', {
      timers: `06:00 - 07:00\n\n${line}`,
      active: 'on',
      ...WEEK,
    });
    const page = await response.text();
    t.equal(response.status, 422, line);
    t.match(wrong(page, 'timers'), 'Line 3');
    t.match(wrong(page, 'timers'), why);
    t.match(page, `\n\n${line.replace('<', '&#60;').replace('>', '&#62;')}\n</textarea>`);
    t.match(page, 'name=active checked');
  }
  t.strictSame(await plug.ask('house.settings("timers")["rows"]'), [], 'nothing is stored');
});

t.test('without scripts a range may also come from the spare row', async (t) => {
  t.equal((await plug.post('/timers', { timers: '', start: '07:00', end: '24:00', d: '5,6' })).status, 303);
  t.strictSame(plug.json('timers').rows, [[420, 1440, 0b1100000]]);
  const page = await text(plug.post('/timers', { start: '07:00' }));
  t.match(wrong(page, 'timers'), /./, 'half a range');
});

t.test('S1.52 a device name: letters, digits, - and _; a suggestion when it is not', async (t) => {
  const plug = await online(t);
  t.match(await text(plug.get('/')), /<title>\w+-11bd9e7c<\/title>/, 'nodename and unique id');
  for (const [name, suggested] of [
    ['Küche 1', 'K-che-1'],
    ['ab', 'ab-plug'],
    ['x'.repeat(33), 'x'.repeat(32)],
    ['', '-plug'],
  ] as const) {
    const response = await plug.post('/settings', { ...SETTINGS, called: name });
    t.equal(response.status, 422, name);
    const page = await response.text();
    t.match(wrong(page, 'called'), `example: ${suggested}`);
    t.match(page, `name=called value="${name}"`, 'what was typed is kept');
    t.match(page, /id=called [^>]*aria-describedby=ecalled aria-invalid=true/, 'for a screen reader');
  }
  t.equal((await plug.post('/settings', { ...SETTINGS, called: 'Lamp_1-a' })).status, 303);
  t.equal(plug.json('plug').name, 'Lamp_1-a');
});

t.test('S1.56 B1k the LED has levels 0 to 3, and they persist', async (t) => {
  for (const level of ['4', '-1', '', 'x', '99999999999999999999']) {
    const response = await plug.post('/settings', { ...SETTINGS, level });
    t.equal(response.status, 422, level);
    t.match(wrong(await response.text(), 'level'), 'From 0 to 3');
  }
  t.equal((await plug.post('/settings', { ...SETTINGS, level: '3', hour: '23' })).status, 303);
  t.match(plug.json('plug'), { level: 3, hour: 23 });
  t.equal((await plug.post('/settings', { ...SETTINGS, hour: '24' })).status, 422);
  t.equal((await plug.post('/settings', SETTINGS)).status, 303);
  t.equal(plug.json('plug').hour, -1, 'empty: as soon as the relay is off');
});

t.test('S1.76 time servers: four at most, none is the default', async (t) => {
  for (const ntp of ['a b c d e', 'x'.repeat(64)]) {
    const response = await plug.post('/settings', { ...SETTINGS, ntp });
    t.equal(response.status, 422, ntp);
    t.match(wrong(await response.text(), 'ntp'), 'Four names');
  }
  t.equal((await plug.post('/settings', { ...SETTINGS, ntp: ' a,b  c d ' })).status, 303);
  t.strictSame(plug.json('plug').ntp, ['a', 'b', 'c', 'd']);
  t.equal((await plug.post('/settings', { ...SETTINGS, ntp: '' })).status, 303);
  t.strictSame(plug.json('plug').ntp, ['pool.ntp.org']);
  t.equal((await plug.post('/settings', SETTINGS)).status, 303);
});

t.test('S1.72 distances from UTC in minutes, with the usual sign', async (t) => {
  await setTime(plug, '2026-11-21T12:00:00Z');
  for (const [typed, rule, shown] of [
    ['+5:30', '<+0530>-5:30', '17:30, UTC+05:30'],
    ['+05:45', '<+0545>-05:45', '17:45, UTC+05:45'],
    ['-9:30', '<-0930>9:30', '02:30, UTC-09:30'],
    ['+14', '<+1400>-14:0', 'Sunday 02:00, UTC+14:00'],
    ['-12:00', '<-1200>12:00', '00:00, UTC-12:00'],
    ['UTC+2', '<+0200>-2:0', '14:00, UTC+02:00'],
    ['utc \u2212 3:30', '<-0330>3:30', '08:30, UTC-03:30'],
    ['GMT+1', '<+0100>-1:0', '13:00, UTC+01:00'],
    ['GMT', 'UTC0', '12:00, UTC+00:00'],
    ['CET-1CEST,M3.5.0/02:00:00,M10.5.0/3', 'CET-1CEST,M3.5.0/02:00:00,M10.5.0/3', '13:00, UTC+01:00'],
    [BERLIN.tz, BERLIN.tz, '13:00, UTC+01:00'],
  ] as const) {
    t.equal((await plug.post('/settings', { ...SETTINGS, tz: typed })).status, 303, typed);
    t.equal(plug.json('plug').tz, rule);
    const page = await text(plug.get('/settings'));
    t.match(/It is ([^<]*)/.exec(page)?.[1], shown, 'effective at once (S1.74)');
  }
  t.match(await text(plug.get('/settings')), 'Understood as UTC+01:00, in summer UTC+02:00');
  for (const tz of [
    '+15',
    '-13',
    '5:30',
    '+x',
    '+',
    'CET',
    '+5:75',
    '',
    'UTC+',
    'GMT+25',
    `<${'A'.repeat(61)}>-1`,
  ]) {
    t.equal((await plug.post('/settings', { ...SETTINGS, tz })).status, 422, tz);
  }
});

t.test('S1.72 a stored POSIX rule is not read as what a person would mean by it', async (t) => {
  const plug = await online(t, { settings: { plug: { name: 'lamp', tz: 'UTC-2', zone: 'East' } } });
  const page = await text(plug.get('/settings'));
  t.match(page, 'Understood as UTC+02:00');
  t.match(page, 'name=tz value="UTC-2"');
  t.equal((await plug.post('/settings', { ...SETTINGS, tz: 'UTC-2', zone: '' })).status, 303);
  t.match(plug.json('plug'), { tz: 'UTC-2', zone: '' }, 'also with the name of the zone emptied');
  t.match(await text(plug.get('/settings')), 'Understood as UTC+02:00');
});

t.test('S1.52 a new name shows at once, and the next save keeps it', async (t) => {
  const plug = await online(t);
  t.equal((await plug.post('/settings', { ...SETTINGS, called: 'kettle' })).status, 303);
  t.match(await text(plug.get('/')), '<title>kettle</title>');
  const page = await text(plug.get('/settings'));
  t.match(page, 'name=called value="kettle"');
  t.equal((await plug.post('/settings', { ...SETTINGS, called: 'kettle', level: '1' })).status, 303);
  t.match(plug.json('plug'), { name: 'kettle', level: 1 });
});

t.test('the settings show the update server, what it said, and take another', async (t) => {
  const server = () => plug.json('ota').server;
  const before = server();
  t.match(await text(plug.get('/settings')), 'was not asked since the start');
  await plug.ask('setattr(house, "told", (house.count, "no_server"))');
  const page = await text(plug.get('/settings'));
  t.match(page, 'was asked 0 min ago, result: no server');
  t.match(page, `name=server value="${before}"`);
  for (const [typed, stored] of [
    ['192.168.1.5', 'http://192.168.1.5:8267'],
    ['updates.example:80/ota', 'http://updates.example:80/ota'],
    ['laptop/ota/', 'http://laptop:8267/ota/'],
    ['http://laptop', 'http://laptop'],
    [' ', ''],
  ] as const) {
    t.equal((await plug.post('/settings', { ...SETTINGS, server: typed })).status, 303, typed);
    t.equal(server(), stored);
    t.match(await text(plug.get('/settings')), `name=server value="${stored}"`);
  }
  for (const typed of [
    'https://laptop',
    'http://',
    'a b',
    'a:0',
    'a:99999',
    'a:+80',
    'a:1:2',
    'ü',
    'a@b',
    `${'x'.repeat(200)}`,
  ]) {
    const answer = await plug.post('/settings', { ...SETTINGS, server: typed });
    t.equal(answer.status, 422, typed);
    t.match(wrong(await answer.text(), 'server'), '192.168.1.5:8267');
  }
  t.equal((await plug.post('/settings', SETTINGS)).status, 303);
  t.equal(server(), '', 'a form without it leaves it');
  t.match(plug.json('ota'), { board: 's20', wait: 0 });
});

t.test('no field is so long that it cannot be stored', async (t) => {
  for (const size of [65, 129, 260]) {
    const long = 'x'.repeat(size);
    for (const field of ['called', 'zone', 'tz', 'ntp', 'server', 'hour'])
      t.ok((await plug.post('/settings', { ...SETTINGS, [field]: long })).status < 500, `${field} ${size}`);
    for (const field of ['host', 'user', 'password', 'id', 'main', 'feed'])
      t.equal(
        (await plug.post('/mqtt', { host: '', port: '1', [field]: long })).status,
        422,
        `${field} ${size}`,
      );
    for (const field of ['essid', 'password'])
      t.equal((await plug.post('/wifi', { essid: 'net', [field]: long })).status, 422, `${field} ${size}`);
  }
});

t.test('S1.43 B1i Wi-Fi passwords go in and never come out', async (t) => {
  const word = 'correct horse';
  const page = await text(plug.get('/wifi'));
  t.match(page, '<span>home');
  t.notMatch(page, word);
  t.notMatch(page, /\*/, 'no stars that tell a length');
  const ssid = 'Küche & Co = 100%+';
  t.equal((await plug.post('/wifi', { essid: ssid, password: 'a&b=c%d+ü ' })).status, 303);
  t.equal((await plug.post('/wifi', { essid: 'open', password: '' })).status, 303, 'an open network');
  t.strictSame(plug.json('wifi').networks, [
    ['home', word],
    [ssid, 'a&b=c%d+ü '],
    ['open', ''],
  ]);
  t.match(await text(plug.get('/wifi')), '<span>Küche &#38; Co = 100%+');
  const refused = await text(plug.post('/wifi', { essid: 'new', password: 'secret!' }));
  t.match(wrong(refused, 'password'), '8 to 63');
  t.match(refused, 'name=essid value="new"');
  t.notMatch(refused, 'secret!');
  t.match(wrong(await text(plug.post('/wifi', { essid: 'ü'.repeat(17) })), 'essid'), '32 bytes');
});

t.test('S1.43 a network is forgotten, but not the last one; a scan shows what is in sight', async (t) => {
  await plug.post('/wifi', { essid: 'other', password: '12345678' });
  t.equal((await plug.post('/wifi', { drop: 'home' })).status, 303);
  t.notMatch(plug.read('data/wifi.json').toString(), 'home');
  for (const drop of ['Küche & Co = 100%+', 'open']) await plug.post('/wifi', { drop });
  t.strictSame(plug.json('wifi').networks, [['other', '12345678']]);
  t.match(await text(plug.post('/wifi', { drop: 'other' })), 'Without any network');
  t.match(await text(plug.post('/wifi', { scan: '1' })), 'In sight:');
  for (let n = 0; n < 7; n++) t.equal((await plug.post('/wifi', { essid: `net ${n}` })).status, 303);
  t.match(wrong(await text(plug.post('/wifi', { essid: 'the ninth' })), 'essid'), 'Eight');
  t.equal((await plug.post('/wifi', { essid: 'net 3', password: '12345678' })).status, 303, 'a new password');
  t.equal((plug.json('wifi').networks as unknown[]).length, 8);
});

t.test('S0.6 MQTT: settings, errors beside the field, and what the broker says', async (t) => {
  t.match(await text(plug.get('/mqtt')), 'MQTT is off');
  const form = {
    host: '127.0.0.1',
    port: '1',
    user: 'me',
    password: 'secret',
    main: 'a/b',
    feed: '',
    id: '',
  };
  const page = await text(plug.post('/mqtt', { ...form, port: '70000', main: 'a/#', host: 'mqtt://x' }));
  t.match(wrong(page, 'port'), '65535');
  t.match(wrong(page, 'main'), '#');
  t.match(wrong(page, 'host'), /./);
  t.match(page, 'value="mqtt://x"');
  t.notMatch(page, 'secret');
  t.equal((await plug.post('/mqtt', { ...form, host: '127.0.0.1:9' })).status, 303);
  t.match(plug.json('mqtt'), { host: '127.0.0.1', port: 9 }, 'as the setup takes it');
  t.match(wrong(await text(plug.post('/mqtt', { ...form, host: '127.0.0.1:x' })), 'port'), '65535');
  t.equal((await plug.post('/mqtt', { ...form, ha: 'on' })).status, 303);
  t.equal((await plug.post('/mqtt', { ...form, password: '' })).status, 303);
  t.match(plug.json('mqtt'), { password: 'secret', port: 1, ha: false }, 'an empty password changes nothing');
  await plug.until(async () => !(await text(plug.get('/mqtt'))).includes('Connecting'), 'a refusal');
  t.notMatch(await text(plug.get('/mqtt')), '>Connected.');
  t.notMatch(await text(plug.get('/mqtt')), 'secret');
  await plug.post('/mqtt', { ...form, host: '', password: '', open: 'on' });
  t.match(plug.json('mqtt'), { password: '', host: '' });
});

t.test('S1.54 user text is escaped', async (t) => {
  const evil = `"><script>alert('1')</script>&`;
  const plug = await online(t, {
    settings: { mqtt: { user: evil, main: evil }, wifi: { networks: [[evil.slice(0, 32), '']] } },
  });
  for (const path of ['/mqtt', '/wifi']) {
    const page = await text(plug.get(path));
    t.notMatch(page, '<script>alert');
    t.match(page, '&#34;&#62;&#60;script&#62;alert(&#39;1&#39;)');
  }
  const page = await text(plug.post('/settings', { ...SETTINGS, called: evil, zone: evil }));
  t.notMatch(page, '<script>alert');
});

t.test('S1.50 S1.66 S1.67 the first page says what comes next', async (t) => {
  const plug = await online(t, {
    settings: {
      plug: { name: 'lamp', ...BERLIN },
      timers: { active: true, days: 0b0110001, rows: [[480, 540, 127]] },
    },
  });
  const next = async () => ((await (await plug.get('/state')).json()) as { next: string }).next;
  t.match(await next(), 'The time is not known yet');
  const page = await text(plug.get('/'));
  t.match(page, '<title>lamp</title>');
  t.match(page, '<h1>lamp</h1>');
  const at = async (time: string) => {
    await setTime(plug, time);
    await plug.ask('setattr(house.parts["plan"], "at", house.later(0))');
    await new Promise((resolve) => setTimeout(resolve, 100));
    return next();
  };
  t.equal(await at('2026-11-20T12:00:00Z'), 'Switches on tomorrow at 08:00, in 19 h 00 min.', 'a Friday');
  t.equal(await at('2026-11-21T07:30:00Z'), 'Switches off at 09:00, in 30 min.');
  t.ok(plug.relay());
  t.equal(
    await at('2026-11-21T12:00:00Z'),
    'Switches on Monday at 08:00, in 43 h 00 min.',
    'Sunday is skipped',
  );
  await plug.post('/timers', { timers: '08:00 - 09:00', ...WEEK });
  t.equal(await next(), 'Timers are off.');
});

t.test('S1.55 S1.83 internals; counters are cleared; a restart wants to be sure', async (t) => {
  await plug.ask('__import__("plug").write(8, bytes([3]))');
  const page = await text(plug.get('/internals'));
  const words = ['MicroPython', '11bd9e7c', '3 restarts', 'Signal', 'house', 'Largest block', 'by power'];
  const names = 'Firmware Release Watchdog Timers Address First Last Modules'.split(' ');
  for (const word of [...words, ...names, 'Next switching', 'By hand', 'Time set', 'Asked again'])
    t.match(page, word);
  t.match(page, /fed \d s ago, \d+ checks, 3 restarts/);
  t.match(page, /First<dd>\d min ago/);
  const number = (name: string) => Number(new RegExp(`<dt>${name}<dd>(\\d+)`).exec(page)?.[1]);
  t.equal(number('Total'), number('Used') + number('Free'));
  t.ok(number('Largest block') <= number('Free') && number('Largest block') > 0);
  t.equal((await plug.post('/clear')).status, 303);
  t.match(await text(plug.get('/internals')), '0 restarts');
  await plug.ask('setattr(house, "count", 7 * 8640)');
  t.match(await text(plug.get('/internals')), /Running for<dd>7 days.*First<dd>7 days ago/s);
  const unsure = await plug.post('/reset');
  t.equal(unsure.status, 422);
  t.match(wrong(await unsure.text(), 'sure'), 'Tick the box');
  await plug.post('/on');
  t.equal((await plug.post('/reset', { sure: 'on' })).status, 303);
  await plug.board.event('reset', 60_000);
});
