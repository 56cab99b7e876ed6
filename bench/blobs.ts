/** How fast the server sends blobs, beside @fastify/static and nginx on the same files. */
import { createHash } from 'node:crypto';
import type { Bench, Figure, Report } from './figure.js';
import { service } from './lab/child.js';
import { type Cleanup, cleanly } from './lab/cleanup.js';
import { makeProject } from './lab/project.js';
import { hex } from './lab/questions.js';
import { startServer } from './lab/server.js';
import { shippedTree } from './lab/trees.js';
import { compare, type Rate, type Target } from './load/rounds.js';
import { startNginx } from './reference/nginx.js';

const CONNECTIONS = 32;
const KB = 1024;
const SIZES = [3 * KB, 60 * KB];
const MB = 1e6;

export const blobs: Bench = {
  name: 'blobs',
  summary: 'blob bytes a second, beside @fastify/static and nginx on the same folder',
  run: () => cleanly(measure),
};

type Place = Pick<Target, 'name' | 'port' | 'pids'>;

async function measure(cleanup: Cleanup): Promise<Report> {
  const files = SIZES.map((bytes) => [`pages/made-${bytes}.html`, content(bytes)] as const);
  const project = await makeProject(new Map([...(await shippedTree()), ...files]), cleanup);
  const server = await startServer(project, cleanup);
  const references = await otherServers(project.bdist, cleanup);
  const places: Place[] = [
    { name: 'soft-ota', port: server.port, pids: [server.pid] },
    ...references.filter((place) => typeof place !== 'string'),
  ];
  const rates = await compare(SIZES.flatMap((bytes) => places.map((place) => target(place, bytes))));
  const names = places.slice(1).map(({ name }) => name);
  return {
    title: `Blobs, ${CONNECTIONS} kept-alive connections, medians of rounds in turn`,
    figures: SIZES.flatMap((bytes) => names.flatMap((name) => figures(bytes, name, rates))),
    notes: references.filter((place) => typeof place === 'string'),
  };
}

/** The references that there are, and why there is not another one. */
async function otherServers(root: string, cleanup: Cleanup): Promise<(Place | string)[]> {
  const plain = await service<{ port: number }>('bench/reference/static-blobs.js', { root }, cleanup);
  const nginx = await startNginx(root, cleanup);
  return [
    { name: '@fastify/static', port: plain.hello.port, pids: [plain.pid] },
    typeof nginx === 'string' ? nginx : { name: 'nginx', ...nginx },
  ];
}

function target({ name, port, pids }: Place, bytes: number): Target {
  const path = `/blobs/${createHash('sha256').update(content(bytes)).digest('hex')}`;
  return { name: `${name} ${bytes}`, port, pids, targets: Array.from({ length: CONNECTIONS }, () => [path]) };
}

/** Text that does not repeat itself. */
function content(bytes: number): string {
  const lines = Array.from({ length: Math.ceil(bytes / 65) }, (_, i) => `${hex(`line ${i}`, 64)}\n`);
  return lines
    .join('')
    .slice(0, bytes - 1)
    .concat('\n');
}

function figures(bytes: number, name: string, rates: ReadonlyMap<string, Rate>): Figure[] {
  const [ours, theirs] = [rates.get(`soft-ota ${bytes}`), rates.get(`${name} ${bytes}`)];
  if (ours === undefined || theirs === undefined) return [];
  const label = `${bytes / KB} KB blob`;
  const throughput = ({ perSecond }: Rate) => (perSecond * bytes) / MB;
  return [
    {
      name: label,
      value: throughput(ours),
      unit: 'MB/s',
      kind: 'rate',
      reference: { name, value: throughput(theirs) },
    },
    {
      name: `${label}, processor time`,
      value: ours.cpu,
      unit: 'µs',
      kind: 'time',
      reference: { name, value: theirs.cpu },
    },
  ];
}
