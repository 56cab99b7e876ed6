import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { BoardEvent } from '../../simulator/board.js';
import { type RunOptions, simulate } from '../../simulator/run.js';

const UP = "import socket\ns = socket.socket(); s.bind(('', 80)); s.listen(1)\nwhile True: s.accept()\n";
const HEAD = 'soft-ota 1 00\nrelease 77\n\n';

function setup(t: Test, main: string): { options: RunOptions; events: BoardEvent[] } {
  const flash = mkdtempSync(join(tmpdir(), 'soft-ota-run-'));
  t.teardown(() => rmSync(flash, { recursive: true, force: true }));
  const events: BoardEvent[] = [];
  const provision = async (out: string): Promise<void> => {
    mkdirSync(join(out, 'data'));
    writeFileSync(join(out, 'main.py'), main);
    writeFileSync(join(out, 'data/head'), HEAD);
    writeFileSync(join(out, 'data/ota.json'), '{"server":"http://old","wait":3}');
  };
  return {
    options: {
      flash,
      boots: 1,
      timeout: 60_000,
      server: 'http://new',
      board: {},
      provision,
      print: (e) => events.push(e),
    },
    events,
  };
}

t.test('an empty folder is provisioned, each boot ends when the plug is up', async (t) => {
  const { options, events } = setup(t, UP);
  t.equal(await simulate({ ...options, boots: 2 }), true);
  t.same(
    events.map(({ event }) => event),
    ['boot', 'heap', 'plug-up', 'boot', 'heap', 'plug-up'],
  );
  t.match(events[0], { boot: 1, cause: 'power', release: 77 });
  t.match(events[2], { url: /^http:\/\/127\.0\.0\.1:\d+$/, release: 77 });
  const config = join(options.flash, 'data/ota.json');
  t.same(JSON.parse(readFileSync(config, 'utf8')), { server: 'http://new', wait: 3 });
  t.equal(await simulate({ ...options, server: undefined }), true);
  t.same(JSON.parse(readFileSync(config, 'utf8')), { wait: 3 }, '--discover: no URL');
});

t.test('a reset that the firmware asks for belongs to the same boot', async (t) => {
  const { options, events } = setup(
    t,
    `import machine\nif machine.reset_cause() == 0: machine.reset()\n${UP}`,
  );
  t.equal(await simulate(options), true);
  t.same(
    events.map(({ event }) => event),
    ['boot', 'reset', 'boot', 'heap', 'plug-up'],
  );
});

t.test('no plug, or more memory than there is: not good', async (t) => {
  const dead = setup(t, 'raise ValueError("no plug")\n');
  t.equal(await simulate(dead.options), false);
  t.ok(dead.events.some(({ text }) => String(text).includes('no plug')));
  const hungry = setup(t, `try: bytearray(50000)\nexcept MemoryError: pass\n${UP}`);
  t.equal(await simulate(hungry.options), false);
  t.ok(hungry.events.some(({ event, grew }) => event === 'heap' && grew === true));
});

t.test('a program that listens nowhere is waited for until its end, if one says so', async (t) => {
  const { options, events } = setup(t, 'print("done")\n');
  t.equal(await simulate({ ...options, until: 'prompt', boots: 2 }), true);
  t.equal(events.filter(({ text }) => text === 'done').length, 2);
  t.equal(await simulate(options), false, 'and is not good otherwise');
  const plug = setup(t, UP);
  t.equal(await simulate({ ...plug.options, until: 'prompt', timeout: 3000 }), false, 'it never ends');
});

t.test('many boards: a folder each, events carry the number', async (t) => {
  const { options, events } = setup(t, UP);
  t.equal(await simulate({ ...options, count: 12 }), true);
  const up = events.filter(({ event }) => event === 'plug-up').map(({ board }) => Number(board));
  t.same(
    up.sort((a, b) => a - b),
    Array.from({ length: 12 }, (_, i) => i + 1),
  );
  t.equal(readFileSync(join(options.flash, '12/main.py'), 'utf8'), UP);
});
