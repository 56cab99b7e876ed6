/** The code of the SoftOtaError that `act` throws, `ok` when it throws none; anything else is thrown on. */
import { SoftOtaError } from '../server/errors.js';

export function codeOf(act: () => unknown): string {
  try {
    act();
    return 'ok';
  } catch (error) {
    return asCode(error);
  }
}

export async function codeOfAsync(act: () => Promise<unknown>): Promise<string> {
  try {
    await act();
    return 'ok';
  } catch (error) {
    return asCode(error);
  }
}

function asCode(error: unknown): string {
  if (error instanceof SoftOtaError) return error.code;
  throw error;
}
