/** Laying keys down in a folder: all files or, when one would be overwritten, none. */
import type { KeyObject } from 'node:crypto';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SoftOtaError } from '../errors.js';
import { publicKeyOf } from '../signing/public-key.js';
import { DRAFT, errnoOf, KEY_FILES, PUBLIC, SECRET, writeNew } from './files.js';
import { privatePem, publicPem } from './pem.js';

export interface KeyMaterial {
  readonly privateKey: KeyObject;
  /** PEM. */
  readonly certificate: string;
  /** 32 bytes. */
  readonly master: Buffer;
}

export interface WrittenKeys {
  readonly keyId: string;
  /** The files written; one that was there with the same content is not among them. */
  readonly files: readonly string[];
  /** True when the enrolment master is a new one, although the signing key is not. */
  readonly madeMaster?: boolean;
}

/**
 * Writes the four key files into `dir`. A file with the same content stays as it is: a public half may have come with git.
 * @throws SoftOtaError key_exists when a file holds something else; nothing is written then
 */
export async function writeKeys(dir: string, material: KeyMaterial): Promise<WrittenKeys> {
  const missing: (readonly [path: string, text: string, mode: number])[] = [];
  for (const [name, text, mode] of keyTexts(material)) {
    const path = join(dir, name);
    if (await isFree(path, text)) missing.push([path, text, mode]);
  }
  await hideFromGit(dir);
  for (const [path, text, mode] of missing) await writeNew(path, text, mode);
  return { keyId: publicKeyOf(material.privateKey).keyId, files: missing.map(([path]) => path) };
}

/** The master first, the signing key next: whatever ends the writing early, it can be run again or goes on to sign. */
function keyTexts({ privateKey, certificate, master }: KeyMaterial): [string, string, number][] {
  return [
    [KEY_FILES.master, `${master.toString('hex')}\n`, SECRET],
    [KEY_FILES.private, privatePem(privateKey), SECRET],
    [KEY_FILES.public, publicPem(privateKey), PUBLIC],
    [KEY_FILES.certificate, certificate, PUBLIC],
  ];
}

async function isFree(path: string, text: string): Promise<boolean> {
  const present = await readFile(path, 'utf8').catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (present === undefined) return true;
  if (present === text) return false;
  throw new SoftOtaError('key_exists', `${path} is already there and holds something else.`);
}

const IGNORED = ['*.key.pem', KEY_FILES.master, `*${DRAFT}`];

/** A project of one's own may have no .gitignore for this folder: then the private halves would be one `git add` away. */
async function hideFromGit(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const path = join(dir, '.gitignore');
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return '';
    throw error;
  });
  const missing = IGNORED.filter((line) => !text.split('\n').includes(line));
  if (missing.length > 0) await appendFile(path, `${missing.join('\n')}\n`);
}

/**
 * Writes one more key pair under names of its own.
 * @throws SoftOtaError key_exists; nothing is written then
 */
export async function writePair(
  dir: string,
  privateKey: KeyObject,
  names: { readonly private: string; readonly public: string },
): Promise<WrittenKeys> {
  const files = [join(dir, names.private), join(dir, names.public)] as const;
  for (const path of files) await isFree(path, '');
  await hideFromGit(dir);
  await writeNew(files[0], privatePem(privateKey), SECRET);
  await writeNew(files[1], publicPem(privateKey), PUBLIC);
  return { keyId: publicKeyOf(privateKey).keyId, files };
}
