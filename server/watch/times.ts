/** When files and folders were changed last; a folder changes when a name comes or goes. */
import { stat } from 'node:fs/promises';

/** Path → milliseconds. */
export type Times = ReadonlyMap<string, number>;

/** File systems count in ticks of the kernel, which lag behind the clock. */
const TICK_MS = 20;

/**
 * @param times as they were found some time after `start`
 * @param start milliseconds of the system's clock
 * @returns true when anything was changed since `start`, or is gone
 */
export async function changedSince(times: Times, start: number): Promise<boolean> {
  const changes = [...times].map(async ([path, time]) => {
    const now = await stat(path).catch(() => undefined);
    return time >= start - TICK_MS || now?.mtimeMs !== time;
  });
  return (await Promise.all(changes)).includes(true);
}
