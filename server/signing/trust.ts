/** What follows from a root file: which heads are believed, and which root file may come next (docs/protocol.md §10). Pure. */
import { SoftOtaError } from '../errors.js';
import type { Head } from './head.js';
import { parseRoot, parseRootEnvelope, type Root, type RootFields, releaseKeys, rootKeys } from './root.js';
import { rightKeys, verifyHead, wrongKey } from './verify.js';

/**
 * The head in `bytes`, once as many release keys have signed it as `root` asks for, in its epoch.
 * @throws SoftOtaError as `verifyHead`, and epoch_wrong
 */
export function verifyTrusted(bytes: Buffer, root: RootFields): Head {
  const head = verifyHead(bytes, releaseKeys(root), root.threshold);
  if (head.epoch === root.epoch) return head;
  const message = `The head is of epoch ${head.epoch}; boards that trust root file ${root.version} are at ${root.epoch}.`;
  throw new SoftOtaError('epoch_wrong', message);
}

/**
 * The root file in `bytes`, once it proves to be the one after `current`: the next version, signed by a root key of
 * `current` and by one of its own, in no lower epoch.
 * @throws SoftOtaError root_invalid, root_version, wrong_key, signature_invalid or epoch_wrong
 */
export function verifyRoot(bytes: Buffer, current: RootFields): Root {
  const next = parseRoot(bytes);
  checkVersion(next, current);
  const [before, after] = [rootKeys(current), rootKeys(next)];
  const signed = rightKeys(parseRootEnvelope(bytes), [...before, ...after], 'root file');
  for (const keys of [before, after]) {
    if (!keys.some(({ keyId }) => signed.has(keyId))) throw wrongKey(next.keyIds, keys, 'root file');
  }
  if (next.epoch >= current.epoch) return next;
  throw new SoftOtaError(
    'epoch_wrong',
    `The root file goes back from epoch ${current.epoch} to ${next.epoch}.`,
  );
}

function checkVersion({ version }: Root, current: RootFields): void {
  if (version === current.version + 1) return;
  const message = `Root file ${current.version + 1} comes next, not ${version}.`;
  throw new SoftOtaError('root_version', message);
}
