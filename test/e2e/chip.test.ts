/** Boards whose timers and radio are not those of an ESP8266: nothing of that may keep a release from being tried, confirmed or undone. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { contentsOf, set, wasRolledBack } from './rollback.js';
import { named, refusal, type TestBoard, TINY_MAIN, World } from './world.js';

const ESP32 = { chip: 'esp32', clock: 'driven' } as const;
const AIR = [
  { ssid: 'office', password: 'changed meanwhile', rssi: -30 },
  { ssid: 'home', password: 'correct horse', rssi: -60 },
];
const WIFI = [
  ['office', 'as it was'],
  ['home', 'correct horse'],
] as const;
/** The program has a timer of its own. */
const TICKING = TINY_MAIN.replace(
  'ota.confirm()\n',
  `from machine import Timer
Timer(0).init(period=100, mode=Timer.ONE_SHOT, callback=lambda t: print("tick"))
ota.confirm()
`,
);
const RESETS = 'import machine\n\nmachine.reset()\n';
const NEVER = 'import ota\n\nota.run()\nimport time\n\nwhile True:\n    time.sleep(9)\n';
/** Laid into boot.py, before the guard. */
const WITHOUT_TIMERS = `import machine

def _none(*_):
    raise ValueError("no timers here")

machine.Timer = _none
`;
/** Laid into boot.py: the radio as an ESP32's can be, whose scan or first connection fails. */
const RADIO = {
  scan: 'import network\n\ndef _raises(*_):\n    raise OSError("Wifi Internal State Error")\n\nnetwork.WLAN.scan = _raises\n',
  connect: `import network
_real = network.WLAN.connect

def _once(*given):
    network.WLAN.connect = _real
    raise OSError("Wifi Internal State Error")

network.WLAN.connect = _once
`,
  joining:
    'import network\n_w = network.WLAN(network.STA_IF)\n_w.active(True)\n_w.connect("nowhere", "at all")\n',
};

let world: World;

t.before(async () => {
  world = await World.make(t, { sources: { 'lib/b.py': 'x = 1\n' } });
});

/** A board with the good program, in which this stands before the guard; and a server with another one. */
async function offered(t: Test, main: string, first = ''): Promise<{ board: TestBoard; release: number }> {
  await world.write({ 'main.py': TINY_MAIN });
  await world.publish();
  const board = await world.board(t, { wait: 2 }, ESP32);
  await board.lay('boot.py', first + (await board.read('boot.py')));
  await world.write({ 'main.py': main });
  return { board, release: await world.publish() };
}

const onTrial = ({ options: { flash } }: TestBoard): boolean => existsSync(join(flash, 'update/trial'));

t.test('ESP32: a release is tried and confirmed, and its program has Timer(0) for itself', async (t) => {
  const { board, release } = await offered(t, TICKING);
  t.equal(await board.boot({ until: 'plug-up' }), 'plug-up');
  await board.event('log', 60_000, ({ text }) => text === 'tick');
  await board.cut();
  t.match(named(board.events, 'installed'), [{ release }]);
  t.notOk(onTrial(board), 'confirmed');
  t.match(named(await board.powerOn(), 'head'), [{ release, current: true }]);
});

t.test('ESP32: a release that nobody confirms is undone, and its last words say why', async (t) => {
  const { board, release } = await offered(t, NEVER);
  const old = set(board);
  await untilUndone(board);
  wasRolledBack(t, board, old, release);
  t.equal(contentsOf(board, 'data/error'), 'not confirmed within 5 min');
});

t.test('no timer at all: a trial is confirmed, and failures are counted by boots', async (t) => {
  const good = await offered(t, `${TINY_MAIN}# other\n`, WITHOUT_TIMERS);
  await good.board.powerOn();
  t.notOk(onTrial(good.board), 'confirmed');
  const bad = await offered(t, RESETS, WITHOUT_TIMERS);
  const old = set(bad.board);
  await untilUndone(bad.board);
  wasRolledBack(t, bad.board, old, bad.release);
});

/** The server goes away once the release is installed; what comes up in the end is the program of before. */
async function untilUndone(board: TestBoard): Promise<void> {
  board.on(({ event }) => event === 'installed' && void world.stop());
  await board.powerOn();
}

for (const [what, python] of Object.entries(RADIO))
  t.test(`ESP32: the radio raises (${what}), and the question is asked all the same`, async (t) => {
    await world.write({ 'main.py': TINY_MAIN }); // the test before has left one that only resets
    await world.publish();
    const board = await world.board(t, { wifi: WIFI }, { ...ESP32, air: AIR });
    await board.lay('boot.py', python + (await board.read('boot.py')));
    const events = await board.powerOn();
    t.equal(refusal(events), undefined);
    t.match(named(events, 'head'), [{ current: true }]);
  });
