/** Somebody opens ten thousand connections and sends rubbish: what the honest devices notice of it, in one run. */
import { atMost, type Bench, type Figure, type Report } from './figure.js';
import { besiege } from './lab/attack.js';
import { result } from './lab/child.js';
import { type Cleanup, cleanly } from './lab/cleanup.js';
import { openFiles } from './lab/files.js';
import { makeProject } from './lab/project.js';
import { startServer } from './lab/server.js';
import { realTree } from './lab/trees.js';
import type { HerdJob, HerdResult } from './load/herd.js';
import type { SiegeReport } from './load/siege.js';
import { percentile } from './median.js';

const IDLE = 10_000;
const SLOW = 300;
const FLOODS = 8;
/** Of each flood between two requests: 8 of them send at most 400 a second. */
const PAUSE_MS = 20;
/** The attack, the devices, and what a process needs beside them. */
const FILES_NEEDED = IDLE + SLOW + 300;
const DEVICES = 1000;
const WITHIN_MS = 10_000;
const PATIENCE_MS = 15_000;
/** A device that waits so long notices nothing: its Wi-Fi alone takes longer. */
const UNNOTICED_MS = 100;

export const siege: Bench = {
  name: 'siege',
  summary: '99 of 100 heads with and without 10,000 idle, 300 slow and 8 malformed connections',
  run: () => cleanly(measure),
};

async function measure(cleanup: Cleanup): Promise<Report> {
  const files = openFiles();
  const idle = Math.min(IDLE, IDLE + files - FILES_NEEDED);
  const server = await startServer(await makeProject(await realTree(), cleanup), cleanup);
  const head = await (await fetch(`${server.url}/6/head`)).text();
  const key = /^soft-ota 1 (\S+)/.exec(head)?.[1] ?? '';
  const job: HerdJob = { port: server.port, key, devices: DEVICES, within: WITHIN_MS, patience: PATIENCE_MS };
  await result<HerdResult>('bench/load/herd.js', { ...job, devices: 100, within: 1000 });
  const before = await result<HerdResult>('bench/load/herd.js', job);
  const attack = await besiege(
    { port: server.port, idle, slow: SLOW, floods: FLOODS, pause: PAUSE_MS },
    cleanup,
  );
  const during = await result<HerdResult>('bench/load/herd.js', job);
  const report = await attack.end();
  const after = await result<HerdResult>('bench/load/herd.js', { ...job, devices: 200, within: 2000 });
  return {
    title: `${DEVICES} honest devices within ${WITHIN_MS / 1000} s, each with a connection of its own, beside an attack`,
    figures: figures(before, during, after),
    notes: notes(report, idle, files),
  };
}

function figures(before: HerdResult, during: HerdResult, after: HerdResult): Figure[] {
  const time = (name: string, share: number): Figure => ({
    name,
    value: percentile(during.times, share),
    unit: 'ms',
    kind: 'time',
    reference: { name: 'without the attack', value: percentile(before.times, share) },
  });
  const lost = ({ failures }: HerdResult) => Object.values(failures).reduce((sum, times) => sum + times, 0);
  return [
    { name: 'devices without an answer', value: lost(during), unit: '', kind: 'count', limit: atMost(0) },
    time('head, median', 0.5),
    { ...time('head, 99 of 100', 0.99), limit: atMost(UNNOTICED_MS) },
    time('head, the slowest', 1),
    {
      name: 'devices without an answer afterwards',
      value: lost(after),
      unit: '',
      kind: 'count',
      limit: atMost(0),
    },
  ];
}

function notes({ open, malformed, reopened, answers }: SiegeReport, idle: number, files: number): string[] {
  const statuses = Object.entries(answers).map(([status, times]) => `${status}: ${times}`);
  const few = `Only ${idle} idle connections: a process may open ${files} files here. "ulimit -n ${FILES_NEEDED}" in the shell first.`;
  return [
    `${open} connections of the attack were open at its end; the server had closed ${reopened} meanwhile.`,
    `${malformed} malformed requests got ${statuses.join(', ')}.`,
    ...(idle < IDLE ? [few] : []),
  ];
}
