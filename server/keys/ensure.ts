/** A key for whoever just wants to start. */
import { hasCode } from '../errors.js';
import { type Keyring, openKeyring } from './keyring.js';

/**
 * Opens the keys in `dir`, and makes a development key there first when there is none.
 * @returns `made` is true when it did, so that it can be said
 * @throws SoftOtaError as `openKeyring`; key_exists when only the public half is there
 */
export async function ensureKeys(dir: string): Promise<{ keyring: Keyring; made: boolean }> {
  try {
    return { keyring: await openKeyring(dir), made: false };
  } catch (error) {
    if (!hasCode(error, 'key_missing')) throw error;
    // node-forge is large, and almost every start needs none of it.
    const { generateKeys } = await import('./generate.js');
    await generateKeys(dir);
    return { keyring: await openKeyring(dir), made: true };
  }
}
