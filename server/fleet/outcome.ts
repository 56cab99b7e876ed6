/** How a visit ended, as far as the server knows it, and the sentence that says so. What a board has installed is known from its next question only. Pure. */
import { refusalText } from './refusals.js';
import type { UpdateSession } from './update-session.js';

export type Outcome =
  /** It says that it runs the release, and its files are those of the release. */
  | 'device current'
  /** The same, and it did not when it asked before. */
  | 'device updated'
  /** By the server; or by the device, which has said so. */
  | 'device refused'
  /** It took files, all that it lacks as far as the server knows that. */
  | 'device fetched'
  /** It went away before it had all of them. */
  | 'device left'
  /** It took nothing, and has not said why. */
  | 'device asked'
  /** Whoever is no device: a browser, a mirror. */
  | 'visitor served'
  | 'visitor refused'
  | 'visitor left';

type Visit = Pick<
  UpdateSession,
  'checkIn' | 'kind' | 'error' | 'earlier' | 'files' | 'release' | 'isDevice' | 'isComplete' | 'progress'
>;

export function outcomeOf(visit: Visit): Outcome {
  if (!visit.isDevice) return visitorOutcome(visit);
  if (visit.kind === 'refused') return 'device refused';
  if (visit.kind !== 'current') return offeredOutcome(visit);
  return visit.earlier?.kind === 'updated' ? 'device updated' : 'device current';
}

/** It was offered a release. Whether it installs it, no connection can tell. */
function offeredOutcome(visit: Visit): Outcome {
  const { kind, checkIn, progress } = visit;
  if (visit.isComplete) return 'device fetched';
  const tookSome = progress.sent > 0 || progress.hasManifest;
  if (progress.isCut || (tookSome && progress.of !== undefined)) return 'device left';
  if (tookSome) return 'device fetched';
  return kind === 'distrusted' || checkIn.said !== undefined ? 'device refused' : 'device asked';
}

function visitorOutcome({ kind, progress }: Visit): Outcome {
  if (kind === 'refused') return 'visitor refused';
  return progress.isCut ? 'visitor left' : 'visitor served';
}

/** What is not plain from the outcome alone. */
export function reasonOf(visit: Visit, outcome: Outcome): string | undefined {
  return REASONS[outcome]?.(visit);
}

const REASONS: Readonly<Partial<Record<Outcome, (visit: Visit) => string | undefined>>> = {
  'device refused': whyRefused,
  'visitor refused': ({ error }) => error?.message,
  'device left': (visit) => `It went away and ${progressText(visit)}.${beforeText(visit)}`,
  'device fetched': (visit) =>
    `It ${progressText(visit)}; waiting for it to say that it runs release ${visit.release}.${beforeText(visit)}`,
  'device asked': (visit) =>
    `It asked and fetched ${taken(visit)}; what it prints says why.${beforeText(visit)}`,
};

/** "has fetched 3 of 9 files" */
function progressText(visit: Pick<Visit, 'progress' | 'files'>): string {
  return visit.progress.of === 0
    ? 'has nothing to fetch, no file differs'
    : `has fetched ${filesText(visit)}`;
}

/** "3 of 9 files" */
export function filesText({ progress: { sent, of }, files }: Pick<Visit, 'progress' | 'files'>): string {
  if (of === undefined) return `${count(sent)}, of ${files} at most`;
  return sent >= of ? `all ${count(of)} that it lacked` : `${sent} of ${count(of)}`;
}

function count(files: number): string {
  return files === 1 ? '1 file' : `${files} files`;
}

function whyRefused({ error, checkIn }: Visit): string | undefined {
  if (error !== undefined) return error.message;
  return checkIn.said === undefined ? undefined : `The board says: ${refusalText(checkIn.said)}.`;
}

function taken({ progress }: Visit): string {
  return progress.roots > 0 ? 'root files alone' : 'nothing';
}

/** What its question has proven of its visit before. */
function beforeText({ earlier, checkIn }: Visit): string {
  if (earlier === undefined) return '';
  if (earlier.kind === 'updated') return ` It runs release ${earlier.to}, which it fetched before.`;
  const said = checkIn.said === undefined ? '' : ` It says: ${refusalText(checkIn.said)}.`;
  const fetched = earlier.sent === 0 ? 'nothing' : count(earlier.sent);
  return ` Offered release ${earlier.offered} before, it fetched ${fetched}, and still has ${earlier.has}.${said}`;
}
