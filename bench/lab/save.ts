/** A developer saves a file and waits until boards can have it. */
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Project } from './project.js';
import type { Server } from './server.js';

const POLL_MS = 2;
const PATIENCE_MS = 10_000;
/** Nobody saves faster. */
const PAUSE_MS = 500;

/** Milliseconds from each save to the first answer with the new release. */
export async function saves(
  project: Project,
  { url }: Server,
  path: string,
  times: number,
): Promise<number[]> {
  const found: number[] = [];
  for (let i = 0; i < times; i += 1) {
    await sleep(PAUSE_MS);
    const before = await releaseOf(url);
    const began = performance.now();
    // Code, not a comment: that would compile to the same bytes and be no new release.
    await appendFile(join(project.device, path), `SAVED_${i} = ${i}\n`);
    while ((await releaseOf(url)) === before) {
      if (performance.now() - began > PATIENCE_MS) throw new Error('A saved file brought no release.');
      await sleep(POLL_MS);
    }
    found.push(performance.now() - began);
  }
  return found;
}

async function releaseOf(url: string): Promise<string | undefined> {
  return /^release (\d+)$/m.exec(await (await fetch(`${url}/6/head`)).text())?.[1];
}
