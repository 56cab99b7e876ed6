/** What `rotate` and `revoke` do, from their flags to their words. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SoftOtaError } from '../errors.js';
import { furtherFiles } from '../keys/files.js';
import { readProjectTrust, rotate, writeRoot } from '../keys/rotate.js';
import { makePrivateKey } from '../keys/rsa.js';
import { publicKeyOf } from '../signing/public-key.js';
import { parseRoot } from '../signing/root.js';
import { draftPath, type Given, type GivenToRevoke, rotateOptions } from './trust-commands.js';
import { installedText, rotatedText } from './trust-messages.js';

/** @throws SoftOtaError as `rotate` and `writeRoot` */
export async function changeTrust({ signed, new: makes, ...given }: Given): Promise<string> {
  if (signed !== undefined) return install(given.keys, signed);
  if (!makes) return rotatedText(await rotate(rotateOptions(given)));
  const privateKey = await makePrivateKey(2048);
  const made = { privateKey, publicKey: publicKeyOf(privateKey) };
  const rotated = await rotate(rotateOptions(given), made);
  const file = join(given.keys, furtherFiles(made.publicKey.keyId).private);
  return `Made one more signing key, ${made.publicKey.keyId}: back up ${file}\n${rotatedText(rotated)}`;
}

/** Like `changeTrust`, for a command whose words are the keys that go. */
export function revoke({ id, ...given }: GivenToRevoke): Promise<string> {
  return changeTrust({ ...given, remove: id, 'add-root': [], signed: undefined });
}

async function install(keys: string, file: string): Promise<string> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new SoftOtaError('config_invalid', `${file} cannot be read.`, { cause });
  });
  const { current } = await readProjectTrust(keys);
  const path = await writeRoot(keys, bytes);
  await rm(draftPath(keys), { force: true });
  return installedText(path, parseRoot(bytes), current);
}
