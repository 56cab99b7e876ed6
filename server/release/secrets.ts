/** What no release may hold, whatever its name: whoever reaches the server, or the folder it is copied to, can fetch it. Pure. */
import { createPrivateKey } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { DeviceFile } from '../build/compile/build-tree.js';
import { SoftOtaError } from '../errors.js';

type Finds = (bytes: Buffer, path: string) => boolean;

const SECRETS: readonly (readonly [what: string, finds: Finds])[] = [
  ['a private key', (bytes) => isPem(bytes) || isDer(bytes)],
  ["a board's enrolment key", (bytes, path) => isEnrolment(bytes) || /(?:^|\/)data\/enrol$/i.test(path)],
  ['the enrolment master', (bytes) => MASTER.test(textOf(bytes))],
  ['Wi-Fi passwords', isWifi],
];

/** @throws SoftOtaError secret_in_set; the message names the file and what kind of secret it is, never the secret */
export function checkSecrets(files: readonly DeviceFile[]): void {
  for (const { path, bytes } of files) {
    const content = unpacked(bytes);
    const found = SECRETS.find(([, finds]) => finds(content, path));
    if (found !== undefined) throw new SoftOtaError('secret_in_set', `${path} holds ${found[0]}.`);
  }
}

/** A set holds style sheets and scripts compressed. */
function unpacked(bytes: Buffer): Buffer {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_UNPACKED });
  } catch {
    return bytes;
  }
}

const MAX_UNPACKED = 4 * 1024 * 1024;

/**
 * The marker alone is no key: code that reads keys names it. A key has a long word of base64 behind it, perhaps after the
 * headers of an encrypted one, or after the quotes of a string that goes on in the next line.
 */
const PEM = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----[\s\S]{0,200}?[A-Za-z0-9+/]{40}/;
const PUTTY = /^PuTTY-User-Key-File-\d/;

function isPem(bytes: Buffer): boolean {
  const text = bytes.toString('latin1');
  return PEM.test(text) || PUTTY.test(text);
}

/** MicroPython's TLS wants keys in this form. */
function isDer(bytes: Buffer): boolean {
  return bytes[0] === 0x30 && (['pkcs8', 'pkcs1', 'sec1'] as const).some((type) => isKey(bytes, type));
}

function isKey(key: Buffer, type: 'pkcs8' | 'pkcs1' | 'sec1'): boolean {
  try {
    return createPrivateKey({ key, format: 'der', type }).type === 'private';
  } catch {
    return false;
  }
}

const ENROLMENT = /^[0-9a-f]{2,64} [0-9a-f]{64}\s*$/;
const MASTER = /-----BEGIN SOFT-OTA ENROLMENT-----/;

function isEnrolment(bytes: Buffer): boolean {
  return ENROLMENT.test(textOf(bytes));
}

function textOf(bytes: Buffer): string {
  return bytes.toString('utf8', 0, 4096);
}

/** data/wifi.json of a board, under whatever name: networks of which one at least has a password. */
function isWifi(bytes: Buffer): boolean {
  if (!bytes.includes('"networks"')) return false;
  const { networks } = jsonOf(bytes);
  return Array.isArray(networks) && networks.some((network) => Array.isArray(network) && !!network[1]);
}

function jsonOf(bytes: Buffer): { readonly networks?: unknown } {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
