/** From sets to signed heads: the published ones, signed again where that is needed, or new ones with the next number. */
import { SoftOtaError } from '../errors.js';
import type { Keyring } from '../keys/keyring.js';
import { addSignature, isPending, signAvailable } from '../signing/cosign.js';
import { encodeHead, type HeadFields, parseHead } from '../signing/head.js';
import { headSigners, isQuorum } from '../signing/quorum.js';
import { type RootKey, releaseKeys } from '../signing/root.js';
import type { Signer } from '../signing/sign.js';
import { sameContent } from './content-key.js';
import { highestNumber, type StoredHead } from './heads.js';
import type { SignedSet } from './release.js';
import {
  type Clock,
  makeReleaseMetadata,
  type ReleaseMetadata,
  type ReleaseMetadataOptions,
  wantedExpiry,
} from './release-metadata.js';
import type { DescribedSet } from './sets.js';
import { type TrustedHead, trustedHeads } from './trusted-heads.js';

export interface SigningOptions extends ReleaseMetadataOptions {
  /** Ids of the keys elsewhere that are to sign as well, where the threshold asks for more than are here. */
  readonly cosigners?: readonly string[];
}

export interface SigningDeps extends Clock {
  readonly keyring: Keyring;
}

export interface Signed {
  readonly sets: readonly SignedSet[];
  readonly isNew: boolean;
  /** True when it is not new, and a head has other bytes than before. */
  readonly isResigned: boolean;
}

/**
 * @param stored the heads that lie in the release folder, believed only when a key of this project signed them
 * @throws SoftOtaError release_number, key_untrusted, or head_invalid for claims that no head can state
 */
export async function signSets(
  sets: readonly DescribedSet[],
  stored: readonly StoredHead[],
  options: SigningOptions,
  deps: SigningDeps,
): Promise<Signed> {
  const published = trustedHeads(stored, deps.keyring.trust.history);
  const isSame = sameContent(
    sets.map(({ claims }) => claims),
    published.map(({ head }) => head),
  );
  if (isSame && options.downgrade === undefined) return signAgain(sets, published, options, deps);
  const { current } = deps.keyring.trust;
  const signers = deps.keyring.signers();
  const metadata = await makeReleaseMetadata(highestNumber(stored, current.epoch), options, deps);
  const by = headSigners(current, idsOf(signers), options.cosigners);
  return { sets: sets.map((set) => sign(set, metadata, by, signers)), isNew: true, isResigned: false };
}

function idsOf(signers: readonly Signer[]): string[] {
  return signers.map(({ keyId }) => keyId);
}

function signAgain(
  sets: readonly DescribedSet[],
  published: readonly TrustedHead[],
  options: SigningOptions,
  { keyring, now }: SigningDeps,
): Signed {
  const by = namedAgain(published, options, keyring);
  const renewal = { by, signers: keyring.signers(), options, now: now() };
  const renewed = sets.map((set) => renew(set, published, renewal));
  const isAsItWas = renewed.every(({ bytes }) => published.some((head) => head.bytes.equals(bytes)));
  return { sets: renewed, isNew: false, isResigned: !isAsItWas };
}

/** Who signs what is published already: where several have to, those that it names, so that no signature is lost. */
function namedAgain(
  published: readonly TrustedHead[],
  { cosigners }: SigningOptions,
  keyring: Keyring,
): RootKey[] {
  const { current } = keyring.trust;
  const named = published[0]?.head.keyIds ?? [];
  if (current.threshold > 1 && cosigners === undefined && isQuorum(current, named)) {
    const keys = releaseKeys(current);
    return named.flatMap((id) => keys.filter(({ keyId }) => keyId === id));
  }
  return headSigners(current, idsOf(keyring.signers()), cosigners);
}

interface Renewal {
  readonly by: readonly RootKey[];
  readonly signers: readonly Signer[];
  readonly options: SigningOptions;
  readonly now: number;
}

/** The published head byte for byte when it says what it should; else the same release, signed again. */
function renew(set: DescribedSet, published: readonly TrustedHead[], renewal: Renewal): SignedSet {
  const found = published.find(({ head }) => head.abi === set.claims.abi);
  if (found === undefined) throw new SoftOtaError('internal', `There is no head for ABI ${set.claims.abi}.`);
  const { by, signers, options, now } = renewal;
  const { release, created, downgrade } = found.head;
  const expires = wantedExpiry(options, now, found.head.expires);
  const fields = { ...set.claims, release, created, ...optional({ downgrade, expires }) };
  const head = { ...fields, keyIds: by.map(({ keyId }) => keyId) };
  if (!encodeHead(head).equals(parseHead(found.bytes).body)) return sign(set, fields, by, signers);
  const own = signers.filter(({ keyId }) => isPending(found.bytes, keyId));
  return { ...found, bytes: own.reduce(addSignature, found.bytes), entries: set.entries };
}

function optional({ downgrade, expires }: { downgrade: number | undefined; expires: number | undefined }) {
  return {
    ...(downgrade === undefined ? {} : { downgrade }),
    ...(expires === undefined ? {} : { expires }),
  };
}

function sign(
  { claims, entries }: DescribedSet,
  metadata: ReleaseMetadata,
  by: readonly RootKey[],
  signers: readonly Signer[],
): SignedSet {
  const fields: HeadFields = { ...claims, ...metadata };
  const head = { ...fields, keyIds: by.map(({ keyId }) => keyId) };
  const bytes = signAvailable(encodeHead(head), by, signers);
  parseHead(bytes);
  return { head, bytes, entries };
}
