/** What a folder was before each change: the same as what a SIGKILL there leaves. */
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { deserialize, serialize } from 'node:v8';

export interface Snapshot {
  /** The call that comes next, or is half done. */
  readonly call: string;
  readonly isHalf: boolean;
  /** Folders have no bytes, and come before what is in them. */
  readonly files: readonly (readonly [path: string, mode: number, bytes: Uint8Array | undefined])[];
}

export function snapshotOf(dir: string, call: string, isHalf: boolean): Snapshot {
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true });
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).toSorted();
  const files = paths.map((path) => {
    const stat = lstatSync(path);
    return [relative(dir, path), stat.mode, stat.isFile() ? readFileSync(path) : undefined] as const;
  });
  return { call, isHalf, files };
}

export function writeSnapshot({ files }: Snapshot, dir: string): void {
  mkdirSync(dir, { recursive: true });
  for (const [path, mode, bytes] of files) {
    if (bytes === undefined) mkdirSync(join(dir, path), { mode });
    else writeFileSync(join(dir, path), bytes, { mode });
  }
}

export function saveSnapshots(path: string, scenes: readonly Snapshot[]): void {
  writeFileSync(path, serialize(scenes));
}

export function loadSnapshots(path: string): Snapshot[] {
  return deserialize(readFileSync(path));
}

/** In their order; of those with the same files the last. */
export function distinctSnapshots(scenes: readonly Snapshot[]): Snapshot[] {
  const nameOf = ({ files }: Snapshot): string =>
    createHash('sha256').update(serialize(files)).digest('base64');
  return [...new Map(scenes.map((scene) => [nameOf(scene), scene])).values()];
}
