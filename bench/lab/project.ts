/** A project of its own in a temporary folder, as a user has one: sources, keys, and later its releases. */
import { rmSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { generateKeys } from '../../server/keys/generate.js';
import type { Cleanup } from './cleanup.js';

export interface Project {
  readonly folder: string;
  readonly device: string;
  readonly bdist: string;
  readonly keys: string;
}

/** Path under the device folder → content. */
export type Sources = ReadonlyMap<string, string | Buffer>;

let keyFolder: Promise<string> | undefined;

/** @param sources what device/ holds */
export async function makeProject(sources: Sources, cleanup: Cleanup): Promise<Project> {
  const folder = await temporaryFolder(cleanup);
  const [device, bdist, keys] = ['device', 'bdist', 'keys'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await writeAll(device, sources);
  await writeFile(join(folder, 'soft-ota.json'), '{"minify": true}\n');
  keyFolder ??= makeKeys();
  await cp(await keyFolder, keys, { recursive: true });
  return { folder, device, bdist, keys };
}

export async function temporaryFolder(cleanup: Cleanup): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'soft-ota-bench-'));
  cleanup.add(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

export async function writeAll(folder: string, files: Sources): Promise<void> {
  for (const [path, content] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

/** Making a key pair takes a second or two and is not what is measured: one for all projects of a run. */
async function makeKeys(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'soft-ota-bench-keys-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await generateKeys(join(folder, 'keys'));
  return join(folder, 'keys');
}
