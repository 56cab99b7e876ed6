/** A flash without room, a file with a strange name: the board asks all the same, and what fits gets in. */
import { readdirSync, statSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { type StaticHost, staticHost } from './static-host.js';
import { named, refusal, TestBoard, World } from './world.js';

const DRIVEN = { clock: 'driven' } as const;
const BIG = { 'big.bin': Buffer.alloc(60_000, 7) };

let world: World;
let host: StaticHost;
let release = 1000;

t.before(async () => {
  world = await World.make(t, { sources: { 'lib/b.py': 'x = 1\n' } });
  await world.build(release);
  host = await staticHost(t, world.folders.bdist);
});

/** Blocks that a flash with these files takes, as littlefs counts. */
function used(flash: string): number {
  const entries = readdirSync(flash, { recursive: true, withFileTypes: true });
  return entries.reduce((sum, entry) => {
    if (!entry.isFile()) return sum + 2;
    return sum + Math.max(1, Math.ceil(statSync(join(entry.parentPath, entry.name)).size / 4096));
  }, 2);
}

/** The same board with so many free blocks, and without the folder for updates. */
async function roomy(free: number): Promise<TestBoard> {
  const flash = `${(await world.board(t, { server: host.url })).options.flash}-${free}`;
  await cp(flash.replace(/-\d+$/, ''), flash, { recursive: true });
  await rm(join(flash, 'update'), { recursive: true, force: true });
  return new TestBoard({ ...DRIVEN, flash, blocks: used(flash) + free });
}

async function offer(sources: Record<string, string | Buffer | undefined>): Promise<void> {
  await world.write(sources);
  await world.build(++release);
  host.asked.length = host.queries.length = 0;
}

t.test('a full flash: the question is asked, and what is too big is told with its numbers', async (t) => {
  const full = await roomy(0);
  const board = await roomy(12);
  await offer(BIG);
  const tooBig = refusal(await full.powerOn());
  t.match(tooBig, { code: 'set_too_big' });
  t.ok(Number(tooBig?.theirs) > Number(tooBig?.ours), 'what it needs and what is there');
  t.strictSame(host.asked, ['/6/head']);

  const refused = refusal(await board.powerOn());
  t.match(refused, { code: 'set_too_big' });
  t.ok(Number(refused?.theirs) > Number(refused?.ours));
  host.queries.length = 0;
  await board.powerOn();
  t.match(host.queries[0], /&said=set_too_big(&|$)/, 'and told with the next question');

  await offer({ 'big.bin': undefined, 'lib/b.py': 'x = 2\n' });
  t.match(named(await board.powerOn(), 'installed'), [{ release }], 'a smaller one gets in');
  host.queries.length = 0;
  t.match(named(await board.powerOn(), 'head'), [{ release, current: true }]);
  t.notMatch(host.queries[0], 'said=', 'and it has nothing more to tell');
});

t.test('a settings file whose name no journal line can hold stops no update, and stays', async (t) => {
  const board = await world.board(t, { server: host.url }, DRIVEN);
  const name = 'data/my file.json';
  await board.lay(name, '{"a": 1}');
  await offer({ 'lib/b.py': 'x = 3\n' });
  t.match(named(await board.powerOn(), 'installed'), [{ release }]);
  t.equal((await board.read(name)).toString(), '{"a": 1}');
});
