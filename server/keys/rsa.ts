/**
 * Key pairs and certificates, made by node-forge. It hands the search for primes to Node's own generator: about 0.1 s for
 * 2048 bits, some seconds for 4096.
 */
import { createPrivateKey, type KeyObject, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import forge from 'node-forge';
import { publicKeyOf } from '../signing/public-key.js';
import { privatePem } from './pem.js';

export type Bits = 2048 | 3072 | 4096;

export async function makePrivateKey(bits: Bits): Promise<KeyObject> {
  const generate = promisify(forge.pki.rsa.generateKeyPair.bind(forge.pki.rsa));
  const pair = (await generate({ bits, e: 65537 })) as forge.pki.rsa.KeyPair;
  return createPrivateKey(forge.pki.privateKeyToPem(pair.privateKey));
}

/**
 * A self-signed certificate, for tools that want one. Boards pin the key itself and never see it, so it never expires
 * (RFC 5280 §4.1.2.5 names the date for that).
 */
export function makeCertificate(privateKey: KeyObject): string {
  const key = forge.pki.privateKeyFromPem(privatePem(privateKey));
  const name = [{ name: 'commonName', value: `soft-ota ${publicKeyOf(privateKey).keyId}` }];
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.setRsaPublicKey(key.n, key.e);
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
  certificate.validity.notBefore = new Date();
  certificate.validity.notAfter = new Date('9999-12-31T23:59:59Z');
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, critical: true },
    { name: 'extKeyUsage', codeSigning: true },
  ]);
  certificate.sign(key, forge.md.sha256.create());
  return forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n');
}
