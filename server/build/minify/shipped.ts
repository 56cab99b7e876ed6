import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The device code of this package, whose names are all in the map. */
const SHIPPED = fileURLToPath(new URL('../../../../device', import.meta.url));

/** Other projects have to say that they want their names changed. */
export function isShipped(device: string): boolean {
  try {
    return realpathSync(device) === realpathSync(SHIPPED);
  } catch {
    return false;
  }
}
