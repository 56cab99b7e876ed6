/** How much of it is tried: all with `npm run power`, a sample in the usual run. */

import { LITTLEFS as GENERATIONS } from '../../simulator/worker/moving.js';
import type { Rules } from './scenarios.js';

/** True for `npm run power`. */
export const ALL = process.env.SOFT_OTA_POWER === 'all';
/** The sample is the same for the same seed. */
export const SEED = Number(process.env.SOFT_OTA_POWER_SEED ?? 20261121);

/** The littlefs of these boards: SOFT_OTA_LITTLEFS=2.1, 2.8 or 2.11, else the simulator's default. */
export const LITTLEFS: Rules = rules(process.env.SOFT_OTA_LITTLEFS);

function rules(version: string | undefined): Rules {
  const known = GENERATIONS.find((one) => one === version);
  if (version !== undefined && known === undefined) throw new Error(`There is no littlefs ${version} here.`);
  return known === undefined ? 'littlefs' : `littlefs ${known}`;
}

/** So many in the usual run. */
export function maxCases(usual: number): number {
  return ALL ? Number.POSITIVE_INFINITY : usual;
}
