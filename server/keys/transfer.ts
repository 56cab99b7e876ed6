/** Carrying keys to another computer: one secret PEM file out, one in. */
import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { SoftOtaError } from '../errors.js';
import { publicKeyOf } from '../signing/public-key.js';
import { errnoOf, furtherFiles, KEY_FILES, readPublic, readSecret, SECRET, writeNew } from './files.js';
import { existingMaster } from './generate.js';
import { type OwnKey, openKeyring, readKeys, readPublicKey } from './keyring.js';
import { masterFrom, privateKeyFrom, privatePem } from './pem.js';
import { makeCertificate } from './rsa.js';
import { type WrittenKeys, writeKeys, writePair } from './write-keys.js';

const MASTER_BLOCK = /-----BEGIN SOFT-OTA ENROLMENT-----\n([0-9a-f]{64})\n-----END SOFT-OTA ENROLMENT-----/;
const CERTIFICATE_BLOCK = /-----BEGIN CERTIFICATE-----\n[^-]+-----END CERTIFICATE-----\n/;

/** As a file name: what comes through a pipe, for keys that must not lie on this disk. */
export const STDIN = '-';

/**
 * Writes the signing key, its certificate and the enrolment master of `dir` into one new file that only its owner may read.
 * @throws SoftOtaError key_exists when `file` is there; as `openKeyring` for the keys
 */
export async function exportKeys(dir: string, file: string): Promise<{ keyId: string }> {
  const { privateKey } = await currentKey(dir);
  const masterPath = join(dir, KEY_FILES.master);
  const master = masterFrom(await readSecret(masterPath), masterPath);
  const { keyId } = publicKeyOf(privateKey);
  await writeNew(
    file,
    bundle(keyId, privatePem(privateKey), await certificateOf(dir, privateKey), master),
    SECRET,
  );
  return { keyId };
}

/** The key that boards trust, where there are several. */
async function currentKey(dir: string): Promise<OwnKey> {
  const { keyId } = (await openKeyring(dir)).publicKey();
  const keys = await readKeys(dir);
  return keys.find(({ publicKey }) => publicKey.keyId === keyId) ?? keys[0];
}

/** The one that lies there, where it is of this key. */
async function certificateOf(dir: string, privateKey: KeyObject): Promise<string> {
  const path = join(dir, KEY_FILES.certificate);
  const { keyId } = publicKeyOf(privateKey);
  if ((await readPublicKey(path)).keyId === keyId) return readPublic(path);
  return makeCertificate(privateKey);
}

function bundle(keyId: string, privateText: string, certificate: string, master: Buffer): string {
  return [
    `SECRET: soft-ota key ${keyId}. Anyone who has this file can sign releases for your boards.\n`,
    privateText,
    certificate,
    `-----BEGIN SOFT-OTA ENROLMENT-----\n${master.toString('hex')}\n-----END SOFT-OTA ENROLMENT-----\n`,
  ].join('');
}

/**
 * Lays down what `exportKeys` wrote; a plain RSA private key in PEM (PKCS#1 or PKCS#8) does as well, and gets a certificate
 * and, where `dir` has none, an enrolment master.
 * @param another lays the signing key down beside one that is there, and leaves the enrolment master alone
 * @throws SoftOtaError key_exists, key_missing, key_invalid
 */
export async function importKeys(dir: string, file: string, another = false): Promise<WrittenKeys> {
  const text = (await readImport(file)).replaceAll('\r\n', '\n');
  const privateKey = privateKeyFrom(text, file);
  const { keyId } = publicKeyOf(privateKey);
  if (another) return writePair(dir, privateKey, furtherFiles(keyId));
  const hex = MASTER_BLOCK.exec(text)?.[1];
  const master = hex === undefined ? await existingMaster(dir) : masterFrom(hex, file);
  const certificate = CERTIFICATE_BLOCK.exec(text)?.[0] ?? makeCertificate(privateKey);
  const written = await writeKeys(dir, { privateKey, certificate, master });
  return { ...written, madeMaster: hex === undefined && written.files.includes(join(dir, KEY_FILES.master)) };
}

/** Its mode is not asked: a memory stick has none, and the file is on its way. */
async function readImport(file: string): Promise<string> {
  if (file === STDIN) return readAll(process.stdin);
  return readFile(file, 'utf8').catch((cause: unknown) => {
    const code = errnoOf(cause) === 'ENOENT' ? 'key_missing' : 'key_invalid';
    throw new SoftOtaError(code, `${file} cannot be read (${errnoOf(cause) ?? 'unknown'}).`, { cause });
  });
}
