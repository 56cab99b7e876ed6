/** What a head says of its release as a whole: its number, when it was made, until when it holds. */
import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { SoftOtaError } from '../errors.js';
import type { HeadFields } from '../signing/head.js';
import { describeSkew } from './clock.js';
import { commitTime } from './commit-time.js';
import { nextNumber } from './number.js';

export interface ReleaseMetadataOptions {
  /** The sources. */
  readonly device: string;
  /** The number for a new release, instead of the next one. */
  readonly number?: number;
  /** Unix seconds to state as the time of the sources (SOURCE_DATE_EPOCH). */
  readonly sourceDate?: number;
  /** Days that a release holds; boards that know the time say afterwards that it has expired. */
  readonly expiresIn?: number;
  /** The highest number that boards may have: they take this lower one. 0 stands for the last release. */
  readonly downgrade?: number;
}

export type ReleaseMetadata = Pick<HeadFields, 'release' | 'created' | 'expires' | 'downgrade'>;

const DAY = 86_400;

export interface Clock {
  /** Unix seconds. */
  readonly now: () => number;
  /** Told why the clock is not believed, before a number is made of it. */
  readonly onSkew?: (sentence: string) => void;
}

/**
 * @param last the highest number published before, 0 if none
 * @throws SoftOtaError release_number
 */
export async function makeReleaseMetadata(
  last: number,
  options: ReleaseMetadataOptions,
  clock: Clock,
): Promise<ReleaseMetadata> {
  const { downgrade: from, number, sourceDate, device } = options;
  const now = clock.now();
  const sources = sourceDate ?? (await commitTime(device));
  if (from === undefined && number === undefined) await checkClock(now, [last, sources ?? 0], clock);
  const numbers =
    from === undefined
      ? { release: nextNumber(last, now, number) }
      : lowerNumber(number, from === 0 ? last : from);
  const created = sources ?? numbers.release;
  const expires = wantedExpiry(options, now);
  return { ...numbers, created, ...(expires === undefined ? {} : { expires }) };
}

async function checkClock(now: number, known: readonly number[], { onSkew }: Clock): Promise<void> {
  // When it was installed here, by the same clock: then it was right.
  const { mtimeMs } = await stat(fileURLToPath(import.meta.url));
  const sentence = describeSkew(now, [...known, Math.floor(mtimeMs / 1000)]);
  if (sentence !== undefined) onSkew?.(sentence);
}

function lowerNumber(to = 0, from: number): Pick<HeadFields, 'release' | 'downgrade'> {
  if (to >= 1 && to < from) return { release: to, downgrade: from };
  const wrong =
    from === 0 ? 'There is no release to go back from.' : `Release ${to} is not below release ${from}.`;
  throw new SoftOtaError('release_number', wrong);
}

/**
 * Until when a release holds. What is published is kept while at least half of the asked time is left, so that a build
 * every day does not make boards write a new head every day.
 * @param published what the published head says
 */
export function wantedExpiry(
  { expiresIn }: Pick<ReleaseMetadataOptions, 'expiresIn'>,
  now: number,
  published?: number,
): number | undefined {
  if (expiresIn === undefined) return undefined;
  const [soonest, wanted] = [now + (expiresIn * DAY) / 2, now + expiresIn * DAY];
  return published !== undefined && published >= soonest && published <= wanted ? published : wanted;
}
