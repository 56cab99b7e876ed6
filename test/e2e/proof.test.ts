/** A release of the real plug proves itself, or does not: on the board's clock, to which minutes are moments. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { onTrial } from '../../simulator/trial.js';
import { contentsOf, set, wasRolledBack } from './rollback.js';
import { named, type TestBoard, World } from './world.js';

/** Stands still when the page is up. */
const HELD = { clock: 'driven', hold: true } as const;
/** From the start of the plug on: so long it runs before it trusts itself, where no server was heard. */
const HEALTHY_MS = 240_000;
/** Between the page and the moment from which the plug counts, and until it looks again. */
const SLACK_MS = 11_000;
const BUILT = 'self.only = only\n';

/** A board with the shipped set, and a server that has another release for it, with these changes. */
async function offered(t: Test, hardware: object, sources: (world: World) => Record<string, string>) {
  const world = await World.make(t, { plug: true });
  await world.publish();
  const board = await world.board(t, {}, hardware);
  const old = set(board);
  await world.write(sources(world));
  return { world, board, old, release: await world.publish() };
}

/** Boots until the release is installed and its page is up, on a network that has no server any more. */
async function alone(board: TestBoard, world: World): Promise<void> {
  board.on(({ event }) => event === 'installed' && void world.stop());
  await board.boot({ until: 'plug-up' });
}

/** Code that is loaded before the question changes, so the new set begins with a reset: in that boot nobody has heard a server. */
const otherSwitch = ({ folders: { device } }: World): Record<string, string> => ({
  'plug/__init__.py': `${readFileSync(join(device, 'plug/__init__.py'), 'utf8')}_z = 1\n`,
});

t.test('S1.21 a house without a server keeps its update: after four healthy minutes it stays', async (t) => {
  const { world, board, old, release } = await offered(t, HELD, otherSwitch);
  await alone(board, world);
  t.match(named(board.events, 'installed'), [{ release }]);
  t.ok(onTrial(board.options.flash), 'no server was heard, so it is on trial');
  await board.advance(HEALTHY_MS - SLACK_MS);
  t.ok(onTrial(board.options.flash), 'not yet');
  t.ok(existsSync(join(board.options.flash, 'update/f1')), 'a trial that was cut now would have failed');
  await board.advance(2 * SLACK_MS);
  t.notOk(onTrial(board.options.flash), 'four minutes');
  t.notOk(existsSync(join(board.options.flash, 'update/f1')), 'and its failure is forgotten');
  const boots = named(board.events, 'boot').length;
  await board.advance(600_000);
  t.equal(named(board.events, 'boot').length, boots, 'nobody resets it');
  await board.cut();
  await board.boot({ until: 'plug-up' });
  t.match(contentsOf(board, 'data/head'), `release ${release}\n`, 'it is there after a power cut');
  t.notSame(set(board), old);
});

/** The page is what people and the next update need: its code is there, but it never comes up. */
const noPage = ({ folders: { device } }: World): Record<string, string> => {
  const text = readFileSync(join(device, 'plug/web.py'), 'utf8');
  if (!text.includes(BUILT)) throw new Error('plug/web.py is not as this test knows it.');
  return { 'plug/web.py': text.replace(BUILT, 'raise ValueError("no page")\n') };
};

t.test('S1.21 a release whose page never comes up is undone, though its server is heard', async (t) => {
  const { board, old, release } = await offered(t, { clock: 'driven' }, noPage);
  const up = await board.boot({ until: 'plug-up', timeout: 120_000 });
  await board.cut();
  t.equal(up, 'plug-up', 'a page');
  t.match(JSON.stringify(named(board.events, 'log')), /no page/, 'the bad one has run');
  wasRolledBack(t, board, old, release);
  t.equal(named(board.events, 'installed').length, 1, 'and is not taken again from the server that has it');
  t.ok(named(board.events, 'boot').length <= 4, 'two boots of it, between two of the old set');
});
