/** What the next root file says, and whose signatures it needs. Pure. */
import { SoftOtaError } from '../errors.js';
import type { PublicKey } from './public-key.js';
import { type RootFields, type RootKey, releaseKeys, rootKeys } from './root.js';

export interface RootChange {
  /** Keys that sign releases from now on. */
  readonly add: readonly PublicKey[];
  /** Keys that sign root files from now on, and nothing else. */
  readonly addRoot: readonly PublicKey[];
  /** Ids of keys that are believed no longer. */
  readonly remove: readonly string[];
  /** Signatures that a head needs. */
  readonly threshold?: number;
  /** Release numbers begin anew, and no head of before is believed. */
  readonly newEpoch: boolean;
}

/**
 * @throws SoftOtaError root_change when it would change nothing, removes a key that is not there, or adds one that is;
 *   root_last when it removes the last key of a kind; what nobody could use is refused when it is encoded
 */
export function nextRoot(current: RootFields, change: RootChange): RootFields {
  const keys = nextKeys(current, change);
  const next = {
    version: current.version + 1,
    epoch: current.epoch + (change.newEpoch ? 1 : 0),
    threshold: change.threshold ?? current.threshold,
    keys,
  };
  if (contentKey(next) === contentKey(current))
    throw new SoftOtaError('root_change', 'There is nothing to change.');
  checkSomebodySigns(next, change.remove);
  return next;
}

/** @throws SoftOtaError root_last, root_change: nobody could sign releases or root files any more */
function checkSomebodySigns(next: RootFields, removed: readonly string[]): void {
  const left = releaseKeys(next).length;
  const without = `Without ${removed.join(', ')} no key`;
  if (rootKeys(next).length === 0)
    throw new SoftOtaError('root_last', `${without} could change whom boards trust any more.`);
  if (left === 0) throw new SoftOtaError('root_last', `${without} could sign releases any more.`);
  if (left >= next.threshold) return;
  const message = `A release would need ${next.threshold} signatures, and there would be ${left} keys for them: add one, or give a lower --threshold.`;
  throw new SoftOtaError('root_change', message);
}

function nextKeys({ version, keys }: RootFields, { add, addRoot, remove }: RootChange): RootKey[] {
  for (const id of remove) {
    if (keys.some(({ keyId }) => keyId === id)) continue;
    const named = keys.map(({ role, keyId }) => `${keyId} (${role})`).join(', ');
    throw new SoftOtaError('root_change', `Root file ${version} has no key ${id}. It names ${named}.`);
  }
  const stay = keys.filter(({ keyId }) => !remove.includes(keyId));
  const [known] = [...add, ...addRoot].filter(({ keyId }) => stay.some((key) => key.keyId === keyId));
  if (known !== undefined) {
    throw new SoftOtaError('root_change', `The key ${known.keyId} is named already.`);
  }
  return withRoles(stay, add, addRoot);
}

/**
 * As soon as there are root keys, no other key signs root files: that is what they are kept offline for. A project that
 * has none lets each of its keys sign both.
 */
function withRoles(
  stay: readonly RootKey[],
  add: readonly PublicKey[],
  addRoot: readonly PublicKey[],
): RootKey[] {
  const guarded = addRoot.length > 0 || stay.some(({ role }) => role === 'root');
  const role = guarded ? 'release' : 'both';
  return [
    ...addRoot.map((key): RootKey => ({ ...key, role: 'root' })),
    ...stay.map((key): RootKey => (guarded && key.role === 'both' ? { ...key, role } : key)),
    ...add.map((key): RootKey => ({ ...key, role })),
  ].toSorted((a, b) => RANK[a.role] - RANK[b.role]);
}

const RANK = { root: 0, both: 1, release: 2 } as const;

function contentKey({ epoch, threshold, keys }: RootFields): string {
  return JSON.stringify([epoch, threshold, keys.map(({ keyId, role }) => `${role} ${keyId}`).toSorted()]);
}

/**
 * The root keys that sign the change from `current` to `next`, as few as can be: one that is a root key in both, else one
 * of each. Those that are here come first.
 * @param here ids of the private keys on this computer
 */
export function rootSigners(current: RootFields, next: RootFields, here: readonly string[]): RootKey[] {
  const before = localFirst(rootKeys(current), here);
  const after = localFirst(rootKeys(next), here);
  const pair = [before[0], after[0]].filter((key) => key !== undefined);
  const isHere = ({ keyId }: RootKey) => here.includes(keyId);
  const shared = before.find(({ keyId }) => after.some((key) => key.keyId === keyId));
  return shared !== undefined && (isHere(shared) || !pair.every(isHere)) ? [shared] : pair;
}

function localFirst(keys: readonly RootKey[], here: readonly string[]): RootKey[] {
  return keys.toSorted((a, b) => Number(here.includes(b.keyId)) - Number(here.includes(a.keyId)));
}
