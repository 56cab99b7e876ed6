/** Is a release on trial on this flash? A program confirms it moments after it is up (docs/protocol.md §8); a cut before that is a cut in a trial. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const STATES = ['trial', 'safe'];
const LOOK_MS = 20;

export function onTrial(flash: string): boolean {
  return STATES.some((state) => existsSync(join(flash, 'update', state)));
}

/** Resolves when nothing is on trial (any more), at the latest after so many real ms. */
export async function confirmed(flash: string, ms = 2000): Promise<void> {
  const end = performance.now() + ms;
  while (onTrial(flash) && performance.now() < end) await sleep(LOOK_MS);
}
