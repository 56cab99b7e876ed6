/** The plug as a whole: relay, button, page and loop on one board. */
import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import { Plug } from './plug-fixture.js';

const DEVICE = new URL('../../../device/', import.meta.url);
const TEN_TO_ELEVEN = { active: true, rows: [[600, 660, 127]] };

t.test('page and button switch the relay', async (t) => {
  const plug = await Plug.up(t);
  t.equal(plug.relay(), false, 'off after a power cut');
  plug.press();
  await plug.until(() => plug.relay(), 'the button');
  t.ok(plug.led(), 'the LED shows it');
  t.equal((await plug.post('/off')).status, 303);
  t.equal(plug.relay(), false);
});

t.test('S1.60 a switching point changes the relay within 2 s', async (t) => {
  const plug = await Plug.up(t, { clock: 'driven', settings: { timers: TEN_TO_ELEVEN } });
  await plug.setTime('2026-11-21T09:59:30Z');
  await plug.advance(29_000);
  t.equal(plug.relay(), false, 'one second before');
  await plug.advance(3000);
  t.equal(plug.relay(), true, 'two seconds behind');
  await plug.advance(3_600_000 - 3000);
  t.equal(plug.relay(), true);
  await plug.advance(3000);
  t.equal(plug.relay(), false, 'and off at its end');
});

t.test('nothing is used that an older MicroPython lacks', async (t) => {
  const names = readdirSync(new URL('plug/', DEVICE)).filter((name) => name.endsWith('.py'));
  t.ok(names.length > 15);
  for (const path of ['net.py', ...names.map((name) => `plug/${name}`)]) {
    const text = readFileSync(new URL(path, DEVICE), 'utf8');
    t.notMatch(text, /\w\.__dict__/, `${path}: a module has one since 1.20`);
    t.notMatch(text, /time\.gmtime|import.*\bgmtime/, `${path}: not in each 1.14 of an ESP8266`);
  }
});
