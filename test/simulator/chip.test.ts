/** A board with an ESP32 raises where that port raises. */
import t from 'tap';
import { world } from './world.js';

const MAIN = `
import machine, network, os, time
def raised(f, *a, **k):
    try: f(*a, **k)
    except Exception as e: return type(e).__name__
T = machine.Timer
print(raised(T, -1), raised(T, 0), raised(T, 3), raised(T, 4))
w = network.WLAN(network.STA_IF); w.active(True)
print(raised(w.scan), raised(w.connect, 'a', 'b'), w.status() == network.STAT_CONNECTING)
print(raised(w.scan), raised(w.connect, 'a', 'b'), raised(w.connect))
time.sleep(8)
print(w.isconnected(), raised(w.scan), raised(w.connect, 'a', 'b'))
w.disconnect()
print(raised(w.scan), raised(w.connect, 'home', 'right')); time.sleep(1)
print(w.isconnected(), w.status() == network.STAT_GOT_IP, raised(w.scan))
print(raised(__import__, 'asyncio'), os.uname()[0])
`;
const AIR = [{ ssid: 'home', password: 'right' }];

t.test('ESP32: no virtual timers, nothing beside a join, asyncio, more memory', async (t) => {
  const { board, run } = world(t, { 'main.py': MAIN }, { chip: 'esp32', air: AIR, clock: 'driven' });
  t.same(await run(), [
    'ValueError None None ValueError',
    'None None True',
    'OSError OSError OSError',
    'False OSError OSError',
    'None None',
    'True True None',
    'None esp32',
  ]);
  t.ok(Number(board.events.find(({ event }) => event === 'heap')?.total) > 100_000);
});

t.test('ESP8266: none of that', async (t) => {
  const { run } = world(t, { 'main.py': MAIN }, { air: AIR, clock: 'driven' });
  t.same(await run(), [
    'None None None None',
    'None None True',
    'None None None',
    'False None None',
    'None None',
    'True True None',
    'ImportError esp8266',
  ]);
});

t.test('ESP32: a timer with a number is one and the same', async (t) => {
  const main = `
import machine, time
a = machine.Timer(0); a.init(period=10, mode=0, callback=lambda t: print('first'))
machine.Timer(0).init(period=20, mode=0, callback=lambda t: print('second'))
machine.Timer(1).init(period=15, mode=0, callback=lambda t: print('other'))
time.sleep(1)
`;
  const { run } = world(t, { 'main.py': main }, { chip: 'esp32', clock: 'driven' });
  t.same(await run(), ['other', 'second']);
});
