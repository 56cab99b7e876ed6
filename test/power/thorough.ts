/** How much of it is tried: all with `npm run power`, a sample in the usual run. */

/** True for `npm run power`. */
export const ALL = process.env.SOFT_OTA_POWER === 'all';
/** The sample is the same for the same seed. */
export const SEED = Number(process.env.SOFT_OTA_POWER_SEED ?? 20261121);

/** So many in the usual run. */
export function most(usual: number): number {
  return ALL ? Number.POSITIVE_INFINITY : usual;
}
