/** The flags of `npm run sign-offline`, and what it does with them. */
import { SoftOtaError } from '../errors.js';
import { signOffline } from '../release/sign-offline.js';
import type { Command, Values } from './flags.js';
import { signedText } from './sign-offline-messages.js';

const flags = {
  'root-key': { kind: 'list', value: 'FILE', help: 'the private root key, for the draft of a root file' },
  key: { kind: 'list', value: 'FILE', help: 'a private signing key, for the heads of a release' },
  file: {
    kind: 'operands',
    value: 'FILE...',
    help: 'what to sign: root-draft, a head, or a folder such as bdist',
  },
} as const;

export const SIGN_OFFLINE: Command<typeof flags> = {
  name: 'sign-offline',
  summary: 'Adds the signature of a key that is kept elsewhere. Needs no network and no project.',
  flags,
  notes:
    'It shows what it signs. Read it: a root file decides which keys all your boards trust from then on.',
};

/** @returns what was signed, in words. @throws SoftOtaError config_invalid without a key, and as `signOffline` */
export async function signAndReport(given: Values<typeof flags>): Promise<string> {
  const keys = [...given['root-key'], ...given.key];
  if (keys.length > 0) return signedText(await signOffline(given.file, keys));
  throw new SoftOtaError('config_invalid', 'Name the key with --root-key FILE or --key FILE.');
}
