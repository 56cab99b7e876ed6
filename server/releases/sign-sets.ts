/** From sets to signed heads: the published ones again when they say the same, else new ones with the next number. */
import { SoftOtaError } from '../errors.js';
import type { Keyring } from '../keys/keyring.js';
import type { Head } from '../manifest/head.js';
import { type Signer, signHead } from '../manifest/sign.js';
import { verifyHead } from '../manifest/verify.js';
import { sameContent } from './content.js';
import { commitTime } from './created.js';
import { highestNumber, type StoredHead } from './heads.js';
import { nextNumber } from './number.js';
import type { SignedSet } from './release.js';
import type { Claims, DescribedSet } from './sets.js';

export interface StampOptions {
  /** The sources. */
  readonly device: string;
  /** The number for a new release, instead of the next one. */
  readonly number?: number;
  /** Unix seconds to state as the time of the sources (SOURCE_DATE_EPOCH). */
  readonly sourceDate?: number;
}

export interface SigningDeps {
  readonly keyring: Keyring;
  /** Unix seconds. */
  readonly now: () => number;
}

export interface Signed {
  readonly sets: readonly SignedSet[];
  readonly isNew: boolean;
}

/**
 * @param stored the heads that lie in the release folder, trusted only when the own key signed them
 * @throws SoftOtaError release_number, or head_invalid for claims that no head can state
 */
export async function signSets(
  sets: readonly DescribedSet[],
  stored: readonly StoredHead[],
  options: StampOptions,
  deps: SigningDeps,
): Promise<Signed> {
  const signer = deps.keyring.signer();
  const published = stored.flatMap((head) => believe(head, deps.keyring));
  const wanted = sets.map(({ claims }) => draft(claims, signer));
  if (
    sameContent(
      wanted,
      published.map(({ head }) => head),
    )
  ) {
    return { sets: sets.map((set) => reuse(set, published)), isNew: false };
  }
  const stamp = await makeStamp(highestNumber(stored), options, deps.now());
  return { sets: sets.map((set) => sign(set, stamp, signer)), isNew: true };
}

interface Believed {
  readonly head: Head;
  readonly bytes: Buffer;
}

/** A head that is damaged or somebody else's counts as not there: it will be replaced. */
function believe({ bytes }: StoredHead, keyring: Keyring): Believed[] {
  try {
    return [{ head: verifyHead(bytes, [keyring.publicKey()]), bytes }];
  } catch (error) {
    if (error instanceof SoftOtaError) return [];
    throw error;
  }
}

function draft(claims: Claims, signer: Signer): Head {
  return { ...claims, release: 1, created: 0, keyIds: [signer.keyId] };
}

function reuse({ claims, entries }: DescribedSet, published: readonly Believed[]): SignedSet {
  const found = published.find(({ head }) => head.abi === claims.abi);
  if (found === undefined) throw new SoftOtaError('internal', `There is no head for ABI ${claims.abi}.`);
  return { ...found, entries };
}

interface Stamp {
  readonly release: number;
  readonly created: number;
}

async function makeStamp(last: number, options: StampOptions, now: number): Promise<Stamp> {
  const release = nextNumber(last, now, options.number);
  return { release, created: options.sourceDate ?? (await commitTime(options.device)) ?? release };
}

function sign({ claims, entries }: DescribedSet, stamp: Stamp, signer: Signer): SignedSet {
  const fields = { ...claims, ...stamp };
  return { head: { ...fields, keyIds: [signer.keyId] }, bytes: signHead(fields, signer), entries };
}
