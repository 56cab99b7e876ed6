/** The flags of `rotate` and `revoke`: one change of trust, said in two ways. */
import { join } from 'node:path';
import type { RotateOptions } from '../keys/rotate.js';
import { COMMON, type Command, type Values } from './flags.js';

const shared = {
  keys: { ...COMMON.keys, help: 'where root/ and the signing keys are' },
  'root-key': { kind: 'list', value: 'FILE', help: 'a private root key, ideally on a memory stick' },
  add: { kind: 'list', value: 'PUB.pem', help: 'let this key sign releases' },
  new: { kind: 'switch', help: 'make one more signing key here, and let it sign releases' },
  threshold: { kind: 'number', value: 'N', min: 1, max: 6, help: 'signatures that a release needs' },
  epoch: {
    kind: 'switch',
    help: 'begin a new epoch: release numbers restart, and boards reject everything signed before',
  },
  draft: { kind: 'text', value: 'FILE', help: 'where the draft goes (default KEYS/root-draft)' },
} as const;

const rotateFlags = {
  ...shared,
  'add-root': { kind: 'list', value: 'PUB.pem', help: 'let this key sign root files' },
  remove: { kind: 'list', value: 'KEY-ID', help: 'stop trusting this key' },
  signed: { kind: 'text', value: 'FILE', help: 'install a draft that came back with all signatures' },
} as const;

const revokeFlags = {
  ...shared,
  id: { kind: 'operands', value: 'KEY-ID...', help: 'the keys that boards must stop trusting' },
} as const;

const NOTES = `Without a root key here, a draft is made: sign it where that key is (npm run sign-offline), then come back with
--signed. A project whose one key signs everything needs none of that: the key itself signs the change.`;

export const ROTATE: Command<typeof rotateFlags> = {
  name: 'rotate',
  summary:
    'Changes which keys boards trust: makes the next root file. Boards take it at their next check-in.',
  flags: rotateFlags,
  notes: NOTES,
};

export const REVOKE: Command<typeof revokeFlags> = {
  name: 'revoke',
  summary: 'Revokes keys on all boards: makes a root file that does not name them.',
  flags: revokeFlags,
  notes: NOTES,
};

export type Given = Values<typeof rotateFlags>;
export type GivenToRevoke = Values<typeof revokeFlags>;

/** Where a draft goes when nobody says where. */
export function draftPath(keys: string): string {
  return join(keys, 'root-draft');
}

/** What `rotate` is asked for; `made` is a public key that was made for --new. */
export function rotateOptions(given: Omit<Given, 'signed' | 'new'>): RotateOptions {
  const { keys, 'root-key': rootKeys, 'add-root': addRoot, add, remove, threshold, epoch, draft } = given;
  return {
    keys,
    rootKeys,
    add,
    addRoot,
    remove,
    newEpoch: epoch,
    draft: draft ?? draftPath(keys),
    ...(threshold === undefined ? {} : { threshold }),
  };
}
