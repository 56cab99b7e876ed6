/** What becomes of a board that takes a broken release: it lives some sessions with it, then a good one is published. */
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { nameOf, readTree, type Tree, without } from '../power/tree.js';
import type { Host } from './host.js';
import { GOOD, NEXT, type ProjectFixture } from './project-fixture.js';
import { logOf, type Session, session } from './session.js';

/** Rolled back by the guard; repaired with the next release, by whichever client; never noticed; or cut off from its server for ever. */
export type Fate = 'rolled back' | 'repaired' | 'harmless' | 'stranded';

export interface Told {
  readonly fate: Fate;
  readonly why: string;
}

/** The power fails so often. */
const SESSIONS = 6;
const OWN = /^(boot\.py|rescue|update|data)(\/|$)/;

export async function tell(project: ProjectFixture, broken: Host, goes: boolean): Promise<Told> {
  const flash = project.board();
  const [before, after]: [Session[], Session[]] = [[], []];
  try {
    await withBroken(flash, broken, goes, before);
    broken.close();
    const had = releaseOf(flash);
    const isBad = readTree(flash).has('data/bad');
    const fault = await untilGood(flash, project, after);
    if (fault !== '') return { fate: 'stranded', why: `${fault}\n${logs([...before, ...after])}` };
    if (had === GOOD && isBad) return settled(before, 'rolled back');
    if (had === GOOD) return { fate: 'stranded', why: `was never installed\n${logs(before)}` };
    const isRescued = [...before, ...after].some(({ events }) => logOf(events).includes('guard: ask'));
    return { fate: isRescued || before.at(-1)?.end !== 'up' ? 'repaired' : 'harmless', why: '' };
  } finally {
    broken.close();
    await rm(flash, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** What was undone must run again by itself. */
function settled(before: readonly Session[], fate: Fate): Told {
  if (before.at(-1)?.end === 'up') return { fate, why: '' };
  return { fate: 'stranded', why: `undone, but the program does not run\n${logs(before)}` };
}

/** Until a session changes nothing any more. */
async function withBroken(flash: string, broken: Host, goes: boolean, lived: Session[]): Promise<void> {
  let last = '';
  for (let n = 0; n < SESSIONS && last !== nameOf(readTree(flash)); n++) {
    last = nameOf(readTree(flash));
    lived.push(
      await session(flash, broken.port, ({ event }) => {
        if (goes && event === 'installed') broken.close();
      }),
    );
  }
}

/** What is wrong after so many sessions with a good release; empty when nothing is. */
async function untilGood(flash: string, { next, final }: ProjectFixture, lived: Session[]): Promise<string> {
  let wrong = '';
  for (let n = 0; n < SESSIONS; n++) {
    const one = await session(flash, next.port);
    lived.push(one);
    wrong = isNot(final, flash, one);
    if (wrong === '') return '';
  }
  return wrong;
}

function isNot(final: Tree, flash: string, { end }: Session): string {
  const is = readTree(flash);
  const open = [...is.keys()].filter((path) => path.startsWith('update/'));
  if (releaseOf(flash) !== NEXT) return `release ${releaseOf(flash)}`;
  if (nameOf(without(is, isOwn)) !== nameOf(without(final, isOwn))) return 'other files';
  if (open.length > 0) return `left: ${open.join(', ')}`;
  return end === 'up' ? '' : end;
}

const isOwn = (path: string): boolean => OWN.test(path);

function releaseOf(flash: string): number {
  try {
    return Number(/^release (\d+)$/m.exec(readFileSync(join(flash, 'data/head'), 'latin1'))?.[1]);
  } catch {
    return Number.NaN;
  }
}

function logs(lived: readonly Session[]): string {
  return lived.map(({ end, events }) => `${logOf(events)}\n-- ${end}`).join('\n');
}
