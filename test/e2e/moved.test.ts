/** The address in the settings is not where the server is any more: its board looks for it in the same boot, and takes no other. */
import { createSocket } from 'node:dgram';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { type StaticHost, staticHost } from './static-host.js';
import { named, refusal, World } from './world.js';

const DRIVEN = { clock: 'driven' } as const;
const FOREIGN = '0123456789abcdef';
/** Somebody else has the address now, or nobody has. */
const DEAD = ['http://127.0.0.1:9', 'http://10.255.255.1:8267'];
const WAIT = 4;

let world: World;
let host: StaticHost;

t.before(async () => {
  world = await World.make(t);
  await world.build(1000);
  host = await staticHost(t, world.folders.bdist);
});

/** Answers the question who is there, with each of these. */
async function speaker(t: Test, answers: readonly string[]): Promise<Record<number, number>> {
  const udp = createSocket('udp4');
  await new Promise<void>((resolve) => udp.bind(0, resolve));
  t.teardown(() => udp.close());
  udp.on('message', (_, { port, address }) => {
    for (const answer of answers) udp.send(answer, port, address);
  });
  return { 8267: udp.address().port };
}

const at = (key: string, { url }: StaticHost): string => `soft-ota! 1 ${key} ${new URL(url).port} `;

for (const server of DEAD)
  t.test(
    `the server has moved from ${server}: its board finds it, and no other, in the same boot`,
    async (t) => {
      const head = await readFile(join(world.folders.bdist, '6/head'), 'latin1');
      const key = /^soft-ota 1 (\w+)/.exec(head)?.[1] ?? '';
      const liar = await staticHost(t, world.folders.bdist);
      const ports = await speaker(t, [at(FOREIGN, liar), at(key, host)]);
      const board = await world.board(t, { server, wait: WAIT }, { ...DRIVEN, ports });
      const events = await board.powerOn();
      t.match(named(events, 'head'), [{ current: true }]);
      t.ok(Number(named(events, 'plug-up')[0]?.ms) < WAIT * 1000, 'within the time of a question');

      const alone = await world.board(
        t,
        { server, wait: WAIT },
        { ...DRIVEN, ports: await speaker(t, [at(FOREIGN, liar)]) },
      );
      const refused = await alone.powerOn();
      t.match(refusal(refused), { code: 'no_answer' });
      t.ok(Number(named(refused, 'plug-up')[0]?.ms) < WAIT * 1000 + 1500, 'nor longer when nobody is there');
      t.strictSame(liar.asked, [], 'a key that nobody trusts is not asked');
    },
  );
