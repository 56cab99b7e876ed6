/** One table names the pins of each board (docs/device.md). */
import t from 'tap';
import { Plug } from './plug-fixture.js';

/** Relay, LED, the LED's level when it is lit, button. */
const BOARDS = {
  s26: [12, 13, 0, 0],
  s31: [12, 13, 0, 0],
  oittm: [4, 13, 0, 12],
  pow: [12, 15, 1, 0],
} as const;

for (const [name, [relay, led, lit, button]] of Object.entries(BOARDS)) {
  t.test(`R1.1 S2.9 ${name}: button ${button} switches relay ${relay}, LED ${led} shows it`, async (t) => {
    const plug = await Plug.up(t, { board: name });
    t.strictSame([plug.relay(relay), plug.board.pin(led).value], [false, 1 - lit]);
    plug.board.press(button, 80);
    await plug.until(() => plug.relay(relay), 'the button');
    await plug.until(() => plug.board.pin(led).value === lit, 'the LED');
  });
}

t.test(
  'R1.1 S1.44 an unknown board is told, with the list of those that are known, and is an s20',
  async (t) => {
    const plug = await Plug.make(t, { board: 'toaster' });
    t.equal(await plug.board.boot({ until: 'plug-up', timeout: 60_000 }), 'plug-up');
    t.match(plug.lines().join('\n'), /no board toaster only oittm pow s20 s26 s31/);
    await works(plug);
  },
);

for (const board of [5, null, ['s20'], {}, true, 's'.repeat(3000)]) {
  const told = JSON.stringify(board).slice(0, 20);
  t.test(`S1.44 data/ota.json with the board ${told}: the plug runs`, async (t) => {
    const plug = await Plug.make(t);
    plug.lay('data/ota.json', JSON.stringify({ wait: 0, board }));
    t.equal(await plug.board.boot({ until: 'plug-up', timeout: 60_000 }), 'plug-up');
    await works(plug);
  });
}

async function works(plug: Plug): Promise<void> {
  plug.press();
  await plug.until(() => plug.relay(), 'the button');
}
