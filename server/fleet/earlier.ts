/** What the question of a device proves of its visit before. What happened on a board, only the board can say. Pure. */
import type { CheckIn } from './check-in.js';
import type { Progress } from './update-session.js';

export type Earlier =
  /** It runs what it was offered. */
  | {
      readonly kind: 'updated';
      readonly from: number | undefined;
      readonly to: number;
      readonly progress: Progress;
    }
  /** It was offered a release, and still has what it had. */
  | { readonly kind: 'kept'; readonly offered: number; readonly has: number; readonly sent: number };

/** A visit that is over. */
export interface Before {
  readonly checkIn: CheckIn;
  readonly kind: string;
  readonly release: number | undefined;
  readonly tree: string | undefined;
  readonly progress: Progress;
}

/** undefined when it proves nothing. Without a name of its own, a device is not known again. */
export function earlierOf({ id, have, tree }: CheckIn, before: Before | undefined): Earlier | undefined {
  if (id === undefined || have === undefined || before?.release === undefined) return undefined;
  const { release, kind, progress } = before;
  if (kind !== 'update' && kind !== 'distrusted') return undefined;
  if (have !== release) {
    return have === before.checkIn.have
      ? { kind: 'kept', offered: release, has: have, sent: progress.sent }
      : undefined;
  }
  const isWhole = tree === undefined || tree === before.tree;
  return isWhole ? { kind: 'updated', from: before.checkIn.have, to: release, progress } : undefined;
}
