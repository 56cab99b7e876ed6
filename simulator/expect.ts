/** Did a board come to what it was expected to? From its events and what lies on its flash. Pure. */
import type { BoardEvent } from './events.js';

export const EXPECTS = ['installed', 'current', 'plug-up'] as const;
export type Expect = (typeof EXPECTS)[number];

export interface Ended {
  /** Of all boots. */
  readonly events: readonly BoardEvent[];
  /** How the last boot ended. */
  readonly outcome: string;
  /** The release that is on the flash now. */
  readonly release: number | undefined;
}

const MET: Readonly<Record<Expect, (ended: Ended) => boolean>> = {
  // an update that was undone has left another release behind
  installed: ({ events, release }) => release !== undefined && last(events, 'installed')?.release === release,
  current: ({ events, release }) =>
    release !== undefined &&
    last(lastBoot(events), 'head')?.release === release &&
    !refused(lastBoot(events)),
  'plug-up': ({ outcome }) => outcome === 'plug-up',
};

export function isMet(expect: Expect, ended: Ended): boolean {
  return MET[expect](ended);
}

function last(events: readonly BoardEvent[], name: string): BoardEvent | undefined {
  return events.findLast(({ event }) => event === name);
}

/** After the power came on for the last time; resets belong to it. */
function lastBoot(events: readonly BoardEvent[]): readonly BoardEvent[] {
  const from = events.findLastIndex(({ event, cause }) => event === 'boot' && cause === 'power');
  return events.slice(Math.max(0, from));
}

/** A release was refused, and nothing came of another question. */
function refused(events: readonly BoardEvent[]): boolean {
  const at = events.findLastIndex(({ event }) => event === 'refused');
  return at >= 0 && !events.slice(at).some(({ event }) => event === 'installed' || event === 'head');
}
