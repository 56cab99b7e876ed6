/** When files and folders were changed last; a folder changes when a name comes or goes. */
import { stat } from 'node:fs/promises';

/** Path → milliseconds. */
export type Times = ReadonlyMap<string, number>;

/** True when any of them has another time now, or is gone. */
export async function changedSince(times: Times): Promise<boolean> {
  const same = [...times].map(async ([path, time]) => {
    const now = await stat(path).catch(() => undefined);
    return now?.mtimeMs === time;
  });
  return (await Promise.all(same)).includes(false);
}
