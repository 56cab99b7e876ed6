/** Wi-Fi: which network, what happens without one, and the LED. */
import { readFileSync } from 'node:fs';
import t from 'tap';
import { Plug } from './plug-fixture.js';

const MAIN = readFileSync(new URL('../../../device/main.py', import.meta.url), 'utf8');
const DRIVEN = { clock: 'driven' } as const;
const NEAR = { ssid: 'near', password: 'near-password', rssi: -40 };
const FAR = { ssid: 'far', password: 'far-password', rssi: -80 };
const STRANGE = { ssid: 'strange', password: 'whatever', rssi: -20 };
const HIDDEN = { ssid: 'hidden', password: 'hidden-one', rssi: -30, hidden: true };
const known = (...air: readonly { ssid: string; password: string }[]) => ({
  wifi: { networks: air.map(({ ssid, password }) => [ssid, password]) },
});

function joins(plug: Plug): unknown[] {
  return plug.board.events.filter(({ event }) => event === 'joining').map(({ ssid }) => ssid);
}

t.test('S1.40 S4.33 the known network with the best signal, no strange one, no own one', async (t) => {
  const air = [STRANGE, FAR, NEAR];
  const plug = await Plug.up(t, { ...DRIVEN, settings: known(FAR, NEAR), hardware: { air } });
  await plug.advance(20_000);
  t.strictSame(joins(plug), ['near']);
  t.equal(await plug.ask('house.up()'), true);
  const active = '[__import__("network").WLAN(i).active() for i in (0, 1)]';
  t.strictSame(await plug.ask(active), [true, false], 'station on, access point off');
});

t.test('S1.40 a hidden network is tried last', async (t) => {
  const wrong = { ...NEAR, password: 'changed meanwhile' };
  const air = [HIDDEN, wrong];
  const plug = await Plug.up(t, { ...DRIVEN, settings: known(HIDDEN, NEAR), hardware: { air } });
  await plug.advance(60_000);
  t.strictSame(joins(plug), ['near', 'hidden']);
  t.equal(await plug.ask('house.up()'), true);
});

/** The shipped program, with a radio that does what this Python says. */
const radio = (python: string) => ({
  sources: { 'main.py': `import network\nW = network.WLAN\nreal = W.scan, W.connect\n${python}\n${MAIN}` },
});
const LATIN =
  "W.scan = lambda s: [(b'M\\xfcller', b'', 1, -20, 3, 0), (b'\\0\\0', b'', 1, -10, 3, 0)] + real[0](s)";

/** The page that tells what is in sight; to look around takes the board's time. */
async function looked(plug: Plug): Promise<string> {
  const answer = plug.post('/wifi', { scan: '1' });
  for (let seconds = 0; seconds < 4; seconds++) {
    await new Promise((resolve) => setTimeout(resolve, 300));
    await plug.advance(1000);
  }
  return (await answer).text();
}

t.test('a neighbour whose name is no UTF-8', async (t) => {
  const air = [FAR, NEAR];
  const plug = await Plug.up(t, {
    ...DRIVEN,
    ...radio(LATIN),
    settings: known(FAR, NEAR),
    hardware: { air },
  });
  await plug.advance(20_000);
  t.strictSame(joins(plug), ['near']);
  t.equal(await plug.ask('house.up()'), true);
  const page = await looked(plug);
  t.match(page, '<b>M\\xfcller</b> (-20 dBm)');
  t.equal(page.match(/<b>/g)?.length, 3, 'one that hides behind NUL has no name');
  t.equal((await plug.post('/wifi', { essid: 'M\\xfcller', password: 'password' })).status, 303);
  const joined = "W.connect = lambda s, name, key: print('joins', name, key)";
  const again = await Plug.up(t, {
    ...DRIVEN,
    ...radio(`${LATIN}\n${joined}`),
    settings: known(FAR, { ssid: 'M\\xfcller', password: 'word word' }),
    hardware: { air },
  });
  await again.advance(3000);
  t.match(again.lines().join('\n'), "joins b'M\\xfcller' word word");
});

t.test('a radio that refuses to look around, or to join', async (t) => {
  const busy = 'def no(*a): raise OSError(0x3007)';
  const air = [FAR, NEAR];
  const blind = await Plug.up(t, {
    ...DRIVEN,
    ...radio(`${busy}\nW.scan = no`),
    settings: known(FAR, NEAR),
    hardware: { air },
  });
  await blind.advance(20_000);
  t.strictSame(joins(blind), ['far'], 'in the order as written');
  t.match(await looked(blind), 'nothing');
  t.equal(await blind.ask('house.errors'), 0);
  const once = "W.connect = lambda s, name, key: no() if name == 'near' else real[1](s, name, key)";
  const refused = await Plug.up(t, {
    ...DRIVEN,
    ...radio(`${busy}\n${once}`),
    settings: known(FAR, NEAR),
    hardware: { air },
  });
  await refused.advance(20_000);
  t.strictSame(joins(refused), ['far'], 'the next one');
  t.equal(await refused.ask('house.errors'), 0);
});

t.test('S1.41 S2.4 no Wi-Fi: button and timers go on, and it joins when the router is back', async (t) => {
  const timers = { active: true, rows: [[600, 660, 127]] };
  const hardware = { air: [] };
  const plug = await Plug.up(t, { ...DRIVEN, settings: { ...known(FAR, NEAR), timers }, hardware });
  await plug.setTime('2026-11-21T09:00:00Z');
  await plug.advance(30_000);
  plug.press();
  await plug.advance(200);
  t.equal(plug.relay(), true, 'the button');
  plug.press();
  await plug.advance(200);
  t.equal(plug.relay(), false);
  await plug.advance(3_600_000 - 30_000 + 1600);
  t.equal(plug.relay(), true, '10:00');
  plug.board.air([FAR]);
  await plug.advance(60_000);
  t.equal(await plug.ask('house.up()'), true);
  t.match(plug.json('wifi'), known(FAR, NEAR).wifi, 'nothing is forgotten');
  t.notOk(plug.board.events.some(({ event }) => event === 'reset'));
});

t.test('S1.60 S1.41 a scan waits while a switching point is near', async (t) => {
  const timers = { active: true, rows: [[600, 660, 127]] };
  const settings = { ...known(FAR, NEAR), timers };
  const plug = await Plug.up(t, { ...DRIVEN, settings, hardware: { air: [] } });
  await plug.setTime('2026-11-21T09:59:00Z');
  await plug.advance(57_500);
  await plug.ask('[setattr(house.parts["wifi"], "join", house.later(0)), house.parts["wifi"].queue.clear()]');
  await plug.advance(2000);
  t.equal(await plug.ask('len(house.parts["wifi"].queue)'), 0, 'it has not looked around');
  await plug.advance(2000);
  t.equal(plug.relay(), true);
});

t.test('the LED flashes while the plug joins, and shows the relay afterwards', async (t) => {
  const plug = await Plug.up(t, { ...DRIVEN, settings: known(NEAR), hardware: { air: [] } });
  const seen = new Set<boolean>();
  for (let n = 0; n < 12; n++) {
    await plug.advance(300);
    seen.add(plug.led());
  }
  t.equal(seen.size, 2, 'lit and dark');
  plug.board.air([NEAR]);
  await plug.advance(60_000);
  t.equal(plug.led(), false);
  plug.press();
  await plug.advance(6000);
  t.equal(plug.led(), true);
});

t.test('S1.56 B1k the LED has four levels of brightness, at 100 Hz, which persist', async (t) => {
  const plug = await Plug.up(t, { ...DRIVEN, settings: { plug: { level: 3 } } });
  await plug.ask('house.switch.set(True, "w")');
  await plug.advance(1000);
  const duty = '[house.switch.pwm.freq(), house.switch.pwm.duty()]';
  t.strictSame(await plug.ask(duty), [100, 1000]);
  for (const [level, dark] of [
    [1, 700],
    [2, 900],
  ]) {
    await plug.save('plug', { level });
    await plug.advance(1000);
    t.strictSame(await plug.ask(duty), [100, dark]);
  }
  await plug.ask('house.switch.set(False, "w")');
  await plug.advance(1000);
  t.strictSame(await plug.ask(duty), [100, 1023], 'dark: off');
  await plug.save('plug', { level: 0 });
  await plug.ask('house.switch.set(True, "w")');
  await plug.advance(1000);
  t.equal(await plug.ask('house.switch.pwm'), null);
  t.equal(plug.led(), true);
});
