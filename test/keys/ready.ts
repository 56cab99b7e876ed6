/** Keys that are made once and kept for all tests: the search for primes and the certificate take half a second. */
import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { privatePem } from '../../server/keys/pem.js';
import { makeCertificate } from '../../server/keys/rsa.js';
import { type WrittenKeys, writeKeys } from '../../server/keys/write-keys.js';

const READY = fileURLToPath(new URL('../../../.soft-ota/test-keys/', import.meta.url));

/** The text of a file there; `make` makes it where there is none. Another process may do so at the same moment: the last one wins. */
function ready(name: string, make: () => string): string {
  const path = join(READY, name);
  if (!existsSync(path)) {
    mkdirSync(READY, { recursive: true });
    const own = `${path}.${randomBytes(4).toString('hex')}`;
    writeFileSync(own, make());
    renameSync(own, path);
  }
  return readFileSync(path, 'utf8');
}

/** The same key for the same name; no two names have the same. */
export function readyKey(name: string, modulusLength: number): KeyObject {
  const make = (): string => privatePem(generateKeyPairSync('rsa', { modulusLength }).privateKey);
  return createPrivateKey(ready(`${modulusLength}-${name}.pem`, make));
}

/** What `generateKeys` lays into a folder; the signing key is always the same one. */
export function writeReadyKeys(dir: string): Promise<WrittenKeys> {
  const privateKey = readyKey('project', 2048);
  const certificate = ready('project.crt', () => makeCertificate(privateKey));
  return writeKeys(dir, { privateKey, certificate, master: randomBytes(32) });
}
