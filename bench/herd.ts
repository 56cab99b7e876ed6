/** A power cut ends: ten thousand devices ask within fifteen seconds, and then, harsher, all at once. */
import { atMost, type Bench, type Figure, type Report } from './figure.js';
import { result } from './lab/child.js';
import { type Cleanup, cleanly } from './lab/cleanup.js';
import { openFiles } from './lab/files.js';
import { makeProject } from './lab/project.js';
import { startServer } from './lab/server.js';
import { realTree } from './lab/trees.js';
import type { HerdJob, HerdResult } from './load/herd.js';
import { percentile } from './median.js';

const DEVICES = 10_000;
/** A device asks for so long, then it runs what it has (docs/protocol.md §9). */
const PATIENCE_MS = 15_000;
/** Connections at once, and what a process needs beside them. */
const FILES_NEEDED = DEVICES + 100;

export const herd: Bench = {
  name: 'herd',
  summary: '10,000 devices that ask within 15 s, and all at once',
  run: () => cleanly(measure),
};

async function measure(cleanup: Cleanup): Promise<Report> {
  const files = openFiles();
  const devices = files < FILES_NEEDED ? files - 100 : DEVICES;
  const server = await startServer(await makeProject(await realTree(), cleanup), cleanup);
  const head = await (await fetch(`${server.url}/6/head`)).text();
  const key = /^soft-ota 1 (\S+)/.exec(head)?.[1] ?? '';
  const job: HerdJob = { port: server.port, key, devices, within: PATIENCE_MS, patience: PATIENCE_MS };
  const spread = await result<HerdResult>('bench/load/herd.js', job);
  const burst = await result<HerdResult>('bench/load/herd.js', { ...job, within: 0 });
  return {
    title: `${devices} devices, each with a connection, an id and a nonce of its own`,
    figures: [...figures('within 15 s', spread, devices), ...figures('all at once', burst, devices)],
    notes: notes(devices, files, [spread, burst]),
  };
}

function figures(when: string, { times, ms, together }: HerdResult, devices: number): Figure[] {
  const time = (name: string, value: number) =>
    ({ name: `${when}: ${name}`, value, unit: 'ms', kind: 'time' }) as const;
  const count = (name: string, value: number) =>
    ({ name: `${when}: ${name}`, value, unit: '', kind: 'count' }) as const;
  return [
    { ...count('devices without an answer in their 15 s', devices - times.length), limit: atMost(0) },
    time('median', percentile(times, 0.5)),
    time('99 of 100', percentile(times, 0.99)),
    { ...time('the slowest', percentile(times, 1)), limit: atMost(PATIENCE_MS) },
    time('all of it', ms),
    count('connections open together', together),
  ];
}

function notes(devices: number, files: number, results: readonly HerdResult[]): string[] {
  const failed = results.flatMap(({ failures }) => Object.entries(failures));
  const few = `Only ${devices} devices: a process may open ${files} files here. "ulimit -n ${FILES_NEEDED}" in the shell first.`;
  return [
    ...failed.map(([what, times]) => `failed: ${what}, ${times} times`),
    ...(devices < DEVICES ? [few] : []),
  ];
}
