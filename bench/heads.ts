/** How fast the server answers the question of every device, beside a bare Fastify route of the same schema and sizes. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KEY_FILES } from '../server/keys/files.js';
import { atLeast, type Bench, type Figure, type Report } from './figure.js';
import { service } from './lab/child.js';
import { type Cleanup, cleanly } from './lab/cleanup.js';
import { makeProject } from './lab/project.js';
import { questions } from './lab/questions.js';
import { startServer } from './lab/server.js';
import { realTree } from './lab/trees.js';
import { compare, type Rate, type Target } from './load/rounds.js';

const CONNECTIONS = 32;
const PLAIN_SHARE = 0.7;
const FRESH_SHARE = 0.5;
const BARE = 'bare Fastify route';

export const heads: Bench = {
  name: 'heads',
  summary: 'heads a second, beside a bare Fastify route with the same schema and sizes',
  run: () => cleanly(measure),
};

async function measure(cleanup: Cleanup): Promise<Report> {
  const project = await makeProject(await realTree(), cleanup);
  const server = await startServer(project, cleanup);
  const head = Buffer.from(await (await fetch(`${server.url}/6/head`)).arrayBuffer());
  const bare = await service<{ port: number }>(
    'bench/reference/bare-head.js',
    { size: head.length },
    cleanup,
  );
  const key = /^soft-ota 1 (\S+)/.exec(head.toString('latin1'))?.[1] ?? '';
  const ours = { port: server.port, pids: [server.pid] };
  const theirs = { port: bare.hello.port, pids: [bare.pid] };
  const master = await readMaster(project.keys);
  const rates = await compare([
    { name: 'bare', ...theirs, targets: targets(key) },
    { name: 'plain', ...ours, targets: targets(key) },
    { name: 'bare fresh', ...theirs, targets: targets(key, master) },
    { name: 'fresh', ...ours, targets: targets(key, master) },
  ]);
  return {
    title: `Heads, ${CONNECTIONS} kept-alive connections, medians of rounds in turn`,
    figures: figures(rates),
  };
}

function targets(key: string, master?: Buffer): Target['targets'] {
  return Array.from({ length: CONNECTIONS }, (_, i) => questions(i, key, master));
}

async function readMaster(keys: string): Promise<Buffer> {
  return Buffer.from(await readFile(join(keys, KEY_FILES.master), 'latin1'), 'hex');
}

function figures(rates: ReadonlyMap<string, Rate>): Figure[] {
  return [
    ...pair('head', rates.get('plain'), rates.get('bare'), PLAIN_SHARE),
    ...pair('head with nonce and MACs', rates.get('fresh'), rates.get('bare fresh'), FRESH_SHARE),
  ];
}

function pair(name: string, ours: Rate | undefined, bare: Rate | undefined, share: number): Figure[] {
  if (ours === undefined || bare === undefined) return [];
  const reference = (value: number) => ({ name: BARE, value });
  return [
    { name, value: ours.perSecond, unit: '/s', kind: 'rate', reference: reference(bare.perSecond) },
    {
      name: `${name}, share of it`,
      value: ours.perSecond / bare.perSecond,
      unit: '',
      kind: 'ratio',
      limit: atLeast(share),
    },
    {
      name: `${name}, processor time`,
      value: ours.cpu,
      unit: 'µs',
      kind: 'time',
      reference: reference(bare.cpu),
    },
  ];
}
