/** The one line that the log has about a visit. Pure. */
import type { ErrorCode } from '../errors.js';
import { type Outcome, outcomeOf, reasonOf } from './outcome.js';
import type { Progress, UpdateSession } from './update-session.js';

export interface Facts {
  readonly device: string;
  readonly board: string | undefined;
  /** Files of the whole set. */
  readonly files: number;
  /** Files that did not have to travel; left out where only the board could know. */
  readonly current: number | undefined;
  /** Files that were fetched; of an update, those of the visit that it needed. */
  readonly sent: number;
  /** Files that it has to fetch, where the server knows that. */
  readonly of: number | undefined;
  /** Of the answers' bodies. */
  readonly bytes: number;
  readonly ms: number;
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** It has proven its name. */
  readonly proven: boolean;
  /** Why it was refused: the server's code, or the one that the board has said. */
  readonly code: ErrorCode | string | undefined;
  readonly reason: string | undefined;
}

export interface ClosingLine {
  readonly outcome: Outcome;
  readonly level: 'info' | 'warn';
  readonly facts: Facts;
}

export function closingLine(session: UpdateSession): ClosingLine {
  const { checkIn, files, error } = session;
  const outcome = outcomeOf(session);
  const { from, to, progress } = journeyOf(session);
  const { sent, of, bytes, ms } = progress;
  const facts = {
    device: checkIn.id ?? 'unknown',
    board: checkIn.board,
    files,
    current: currentFiles(outcome, files, progress),
    sent,
    of,
    bytes,
    ms,
    from,
    to,
    proven: checkIn.proof === 'right',
    code:
      error?.code ??
      (outcome === 'device current' || outcome === 'device updated' ? undefined : checkIn.said),
    reason: reasonOf(session, outcome),
  };
  return { outcome, level: isTrouble(outcome, session) ? 'warn' : 'info', facts };
}

interface Journey {
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly progress: Progress;
}

/** An update is proven by the question after it: its line tells of the visit before. */
function journeyOf({ checkIn, kind, earlier, release, progress }: UpdateSession): Journey {
  if (kind === 'current' && earlier?.kind === 'updated') return earlier;
  return { from: checkIn.have, to: kind === 'refused' ? undefined : release, progress };
}

function currentFiles(outcome: Outcome, files: number, { sent, of }: Progress): number | undefined {
  if (outcome === 'device current') return files;
  if (outcome === 'device updated') return Math.max(0, files - sent);
  return of === undefined ? undefined : Math.max(0, files - of);
}

/** A board that fetches again and again and never gets anywhere. */
function isTrouble(outcome: Outcome, { earlier }: UpdateSession): boolean {
  if (outcome === 'device refused' || outcome === 'visitor refused') return true;
  return outcome === 'device asked' && earlier?.kind === 'kept' && earlier.sent > 0;
}
