/** Settings on the plug's flash: what is damaged is a default, what is written is whole. */
import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { Board } from '../../simulator/board.js';
import { Plug } from './plug-fixture.js';

const DRIVEN = { clock: 'driven' } as const;

function settings(plug: Plug, name: string): Promise<unknown> {
  return plug.ask(`house.settings("${name}")`);
}

const DAMAGED: readonly (readonly [string, string])[] = [
  ['half a file', '{"level": 2, "na'],
  ['nothing at all', ''],
  ['a list', '[1, 2]'],
  ['a number', '7'],
  ['not even text', '\u00ff\u00fe\u0000\u0001{'],
  ['nested without end', '['.repeat(3000)],
];
for (const [what, text] of DAMAGED) {
  t.test(`S1.44 a settings file that is damaged (${what}) is a default, and is kept aside`, async (t) => {
    const names = ['plug', 'timers', 'mqtt'];
    const plug = await Plug.up(t, {
      ...DRIVEN,
      settings: Object.fromEntries(names.map((name) => [name, text])),
    });
    t.match(await settings(plug, 'plug'), {
      name: '',
      level: 0,
      hour: -1,
      tz: 'UTC0',
      ntp: ['pool.ntp.org'],
    });
    t.match(await settings(plug, 'timers'), { active: false, reverse: false, days: 127, rows: [] });
    t.match(await settings(plug, 'mqtt'), { host: '', port: 1883, ha: false });
    for (const name of names) {
      t.equal(plug.read(`data/${name}.bad`).toString(), text);
      t.notOk(existsSync(join(plug.flash, `data/${name}.json`)));
    }
    t.notOk(plug.board.events.some(({ event }) => event === 'reset'));
    plug.press();
    await plug.advance(200);
    t.ok(plug.relay());
  });
}

t.test('S1.44 damaged Wi-Fi settings: the portal, never a boot loop', async (t) => {
  const plug = await Plug.up(t, { ...DRIVEN, settings: { wifi: '{"networks": [["a"' } });
  t.ok(await plug.board.event('access-point', 60_000));
  await plug.advance(600_000);
  t.notOk(plug.board.events.some(({ event }) => event === 'reset'));
});

t.test('S1.44 B1k field by field: what is of the wrong type or out of range is its default', async (t) => {
  const wrong = { name: 'a<b', level: 4, hour: '3', ntp: ['ok', 7], tz: '', password: 'kept', more: 1 };
  const rows = [[600, 660, 127], [600]];
  const plug = await Plug.up(t, {
    ...DRIVEN,
    settings: { plug: wrong, timers: { active: 1, days: 5, rows } },
  });
  t.match(await settings(plug, 'plug'), {
    name: '',
    level: 0,
    hour: -1,
    ntp: ['pool.ntp.org'],
    tz: 'UTC0',
    password: 'kept',
  });
  t.match(await settings(plug, 'timers'), { active: false, days: 5, rows: [] });
});

t.test('S1.90 saved settings survive a reset and a power cut; fields of other versions stay', async (t) => {
  const plug = await Plug.up(t, { ...DRIVEN, settings: { plug: { later: 'x', level: 1 } } });
  await plug.save('plug', { name: 'lamp-3' });
  await plug.board.cut();
  await plug.up();
  t.strictSame(plug.json('plug'), { later: 'x', level: 1, name: 'lamp-3' });
  t.match(await settings(plug, 'plug'), { name: 'lamp-3', level: 1 });
});

t.test('S1.90 what is not valid is not saved, and the field is named', async (t) => {
  const plug = await Plug.up(t, DRIVEN);
  await t.rejects(plug.save('plug', { name: 'ok-name', level: 9 }), { message: /level/ });
  t.notOk(existsSync(join(plug.flash, 'data/plug.json')));
});

for (const fs of ['littlefs', 'fat'] as const) {
  t.test(`S1.90 a power cut at any step of saving leaves the old or the new settings (${fs})`, async (t) => {
    const steps = await cuts(t, fs);
    t.ok(steps > 2, `${steps} cuts`);
  });
}

/** Saves with a cut at each flash operation in turn, and loads at the next boot; how many cuts there were. */
async function cuts(t: Test, fs: 'littlefs' | 'fat'): Promise<number> {
  const base = await Plug.make(t, { settings: { plug: { level: 1 } }, sources: { 'main.py': SAVING } });
  rmSync(join(base.flash, 'boot.py')); // the guard has no part in it
  for (let n = 1; ; n++) {
    const flash = `${base.flash}-${n}`;
    cpSync(base.flash, flash, { recursive: true });
    const first = new Board({ flash, fs, faults: { cutAt: n } });
    const outcome = await first.boot({ until: 'prompt', timeout: 60_000 });
    await first.cut();
    const next = new Board({ flash, fs });
    await next.boot({ until: 'prompt', timeout: 60_000 });
    await next.cut();
    const level = next.events.find(({ text }) => String(text).startsWith('level '))?.text;
    t.match(level, outcome === 'cut' ? /level [12]$/ : 'level 2', `cut ${n}`);
    if (outcome !== 'cut') return n - 1;
  }
}

/** Tells what is stored, then stores 2. */
const SAVING = `from plug.settings import load, save
print("level", load("plug")["level"])
save("plug", {"level": 2})
`;
