/** The decision about one question: what a device gets, or why it gets nothing. Pure. */
import { type ErrorCode, SoftOtaError } from '../errors.js';
import type { Release, ServedHead } from '../release/release.js';
import { U32_MAX } from '../signing/fields.js';
import type { CheckIn } from './check-in.js';
import { compareVersions } from './versions.js';

export type Verdict =
  /** It runs exactly this release. */
  | { readonly kind: 'current'; readonly head: ServedHead }
  /** It gets this release, or what is missing or damaged of it. */
  | { readonly kind: 'update'; readonly head: ServedHead }
  /** It gets the head all the same, so that it can say by itself that it does not take it. */
  | { readonly kind: 'distrusted'; readonly head: ServedHead; readonly error: SoftOtaError }
  | { readonly kind: 'refused'; readonly error: SoftOtaError };

/** What devices have said about the release that is served. */
export interface Standing {
  /** Too many have undone it: who does not have it does not get it. */
  readonly halted: boolean;
  /** This device has undone it. */
  readonly rolledBack: boolean;
}

const GOOD: Standing = { halted: false, rolledBack: false };

/**
 * @param abi the .mpy version in the address that the device asked
 * @param release what is served now; undefined while the first build runs
 */
export function decide(
  abi: number,
  checkIn: CheckIn,
  release: Release | undefined,
  standing: Standing = GOOD,
): Verdict {
  if (release === undefined) return refuse('not_ready', 'There is no release yet.');
  const head = release.heads.get(abi);
  if (head === undefined) return refuse('abi_unknown', describeAbis(abi, release));
  const misfit = findMisfit(checkIn, head) ?? findFault(checkIn, release.number, standing);
  if (misfit !== undefined) return { kind: 'refused', error: misfit };
  const distrust = findDistrust(checkIn, release) ?? findRollback(checkIn, head);
  if (distrust !== undefined) return { kind: 'distrusted', head, error: distrust };
  return { kind: isCurrent(checkIn, head) ? 'current' : 'update', head };
}

function refuse(code: 'not_ready' | 'abi_unknown', message: string): Verdict {
  return { kind: 'refused', error: verdictError(code, message) };
}

/** An answer, and no fault of this program: nobody asks where it was made, and finding that out takes longer than all the rest. */
function verdictError(code: ErrorCode, message: string): SoftOtaError {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  const error = new SoftOtaError(code, message);
  Error.stackTraceLimit = limit;
  return error;
}

const FIRMWARES: Readonly<Record<number, string>> = {
  5: 'MicroPython 1.12 to 1.18',
  6: 'MicroPython 1.19 and later',
};

function describeAbis(asked: number, { heads }: Release): string {
  const served = [...heads.keys()].toSorted((a, b) => a - b).map(nameAbi);
  return `The device runs .mpy version ${nameAbi(asked)}; this release is for ${served.join(' and ')}.`;
}

function nameAbi(abi: number): string {
  const firmware = FIRMWARES[abi];
  return firmware === undefined ? String(abi) : `${abi} (${firmware})`;
}

function findMisfit({ board, fw }: CheckIn, { head }: ServedHead): SoftOtaError | undefined {
  if (board !== undefined && !head.boards.includes('*') && !head.boards.includes(board)) {
    const known = head.boards.join(', ');
    return verdictError('board_unknown', `The release is for ${known}, not for the board "${board}".`);
  }
  if (fw !== undefined && compareVersions(fw, head.python) < 0) {
    const message = `The device runs MicroPython ${fw}; the release needs ${head.python} or newer.`;
    return verdictError('firmware_old', message);
  }
  return undefined;
}

/** Who has the release keeps it, and gets what is damaged of it. */
function findFault(
  { have, bad }: CheckIn,
  number: number,
  { halted, rolledBack }: Standing,
): SoftOtaError | undefined {
  if (have === number) return undefined;
  if (rolledBack || bad === number) {
    return verdictError('release_bad', `This device has rolled back release ${number}.`);
  }
  return halted ? verdictError('release_halted', `Release ${number} is held back.`) : undefined;
}

function findDistrust({ keys }: CheckIn, { keyIds, roots }: Release): SoftOtaError | undefined {
  if (keys.length === 0 || keys.some((key) => keyIds.includes(key))) return undefined;
  // It trusts a key of before, so the root files lead it to the one of today.
  if (keys.some((key) => [...roots.values()].some((root) => root.includes(key)))) return undefined;
  const message = `The device trusts ${keys.join(', ')}; the release is signed by ${keyIds.join(', ')}.`;
  return verdictError('wrong_key', message);
}

/** In another key epoch numbers begin anew, and the server does not know in which the board is: only in the first one it is sure. */
function findRollback({ have = 0 }: CheckIn, { head }: ServedHead): SoftOtaError | undefined {
  const { release, epoch, downgrade = 0 } = head;
  if (epoch > 0 || have <= release || have <= downgrade) return undefined;
  const message = `The board has release ${have}; this server offers ${release}, and boards take no lower one.`;
  return verdictError('rollback', `${message} ${wayDown(have, release)}`);
}

/** A number behind which there is none is left by a new epoch alone. */
function wayDown(have: number, release: number): string {
  if (have >= U32_MAX)
    return 'No release can be above it: begin a new key epoch, "npm run rotate -- --epoch".';
  const down = `npm run downgrade -- --to ${release} --from ${have}`;
  const up = `npm run build -- --release ${have + 1}`;
  return `To let it come down to this one, stop the server where the keys are and type "${down}"; for changed sources "${up}" does as well.`;
}

/** A device that does not say what its files are is believed about its release. */
export function isCurrent({ have, tree }: CheckIn, { head, tree: wanted }: ServedHead): boolean {
  return have === head.release && (tree === undefined || tree === wanted);
}
