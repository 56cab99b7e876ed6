/** What a head says of its release as a whole: its number, when it was made, until when it holds. */
import { SoftOtaError } from '../errors.js';
import type { HeadFields } from '../manifest/head.js';
import { commitTime } from './created.js';
import { nextNumber } from './number.js';

export interface StampOptions {
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

export type Stamp = Pick<HeadFields, 'release' | 'created' | 'expires' | 'downgrade'>;

const DAY = 86_400;

/**
 * @param last the highest number published before, 0 if none
 * @param now Unix seconds
 * @throws SoftOtaError release_number
 */
export async function makeStamp(last: number, options: StampOptions, now: number): Promise<Stamp> {
  const { downgrade: from, number, sourceDate, device } = options;
  const numbers =
    from === undefined
      ? { release: nextNumber(last, now, number) }
      : lowerNumber(number, from === 0 ? last : from);
  const created = sourceDate ?? (await commitTime(device)) ?? numbers.release;
  const expires = wantedExpiry(options, now);
  return { ...numbers, created, ...(expires === undefined ? {} : { expires }) };
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
  { expiresIn }: Pick<StampOptions, 'expiresIn'>,
  now: number,
  published?: number,
): number | undefined {
  if (expiresIn === undefined) return undefined;
  const [soonest, wanted] = [now + (expiresIn * DAY) / 2, now + expiresIn * DAY];
  return published !== undefined && published >= soonest && published <= wanted ? published : wanted;
}
