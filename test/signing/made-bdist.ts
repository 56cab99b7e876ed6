/** A release folder laid down by hand, without the code that publishes one. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HeadFields } from '../../server/signing/head.js';
import { encodeManifest } from '../../server/signing/manifest.js';
import { type Signer, signHead } from '../../server/signing/sign.js';
import { setTotals } from '../../server/signing/totals.js';
import { FIELDS } from './made-key.js';

const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

export const FILES: Record<string, string> = {
  'main.py': 'import net\n',
  'net.mpy': 'M\x06 net',
  'ota/client.mpy': 'M\x06 client',
  'empty.txt': '',
};

/** Adds one ABI to `dir`. `change` is made to the true fields before they are signed. */
export function writeRelease(
  dir: string,
  signer: Signer,
  files: Record<string, string> = FILES,
  change: Partial<HeadFields> = {},
): void {
  const contents = Object.entries(files).map(([path, text]) => ({
    path,
    bytes: Buffer.from(text, 'latin1'),
  }));
  const entries = contents.map(({ path, bytes }) => ({ path, size: bytes.length, sha256: sha256(bytes) }));
  const manifest = encodeManifest(entries);
  for (const { bytes } of contents) writeBlob(dir, bytes);
  writeBlob(dir, manifest);
  const fields = {
    ...FIELDS,
    set: setTotals(entries),
    manifest: { size: manifest.length, sha256: sha256(manifest) },
    ...change,
  };
  writeHead(dir, fields.abi, signHead(fields, signer));
}

/** Puts bytes under their hash; gives back the path. */
export function writeBlob(dir: string, bytes: Buffer): string {
  mkdirSync(join(dir, 'blobs'), { recursive: true });
  const path = join(dir, 'blobs', sha256(bytes).toString('hex'));
  writeFileSync(path, bytes);
  return path;
}

export function writeHead(dir: string, abi: number, bytes: Buffer): void {
  mkdirSync(join(dir, String(abi)), { recursive: true });
  writeFileSync(join(dir, String(abi), 'head'), bytes);
}

/** A signed release whose manifest is exactly `text`, however wrong. */
export function writeManifest(
  dir: string,
  signer: Signer,
  text: string,
  change: Partial<HeadFields> = {},
): void {
  const bytes = Buffer.from(text, 'latin1');
  writeBlob(dir, bytes);
  const manifest = { size: bytes.length, sha256: sha256(bytes) };
  writeHead(dir, 6, signHead({ ...FIELDS, manifest, ...change }, signer));
}
