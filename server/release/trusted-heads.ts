/** Which heads of a release folder were signed for this project, whole or in part, by keys of today or of before. */
import { SoftOtaError } from '../errors.js';
import { missingKeys } from '../signing/cosign.js';
import { parseEnvelope } from '../signing/envelope.js';
import { type Head, parseHead } from '../signing/head.js';
import { type RootFields, releaseKeys } from '../signing/root.js';
import { rightKeys } from '../signing/verify.js';
import type { StoredHead } from './heads.js';

export interface TrustedHead {
  readonly head: Head;
  readonly bytes: Buffer;
}

/** A head that is damaged or somebody else's counts as not there: it will be replaced. */
export function trustedHeads(stored: readonly StoredHead[], history: readonly RootFields[]): TrustedHead[] {
  return stored.flatMap(({ bytes }) =>
    isOurs(bytes, history) ? [{ head: parseHead(bytes).head, bytes }] : [],
  );
}

function isOurs(bytes: Buffer, history: readonly RootFields[]): boolean {
  try {
    const waiting = missingKeys(bytes);
    const keys = history.flatMap(releaseKeys).filter(({ keyId }) => !waiting.includes(keyId));
    parseHead(bytes);
    return rightKeys(parseEnvelope(bytes), keys, 'head').size > 0;
  } catch (error) {
    if (error instanceof SoftOtaError) return false;
    throw error;
  }
}
