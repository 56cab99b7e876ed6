/** Which paths a release may name on a device (docs/protocol.md §3). */
import { SoftOtaError } from '../errors.js';

/**
 * First segments that belong to the device itself. FAT ignores case, so they are compared without it. `boot.mpy` is among
 * them because a device removes the source beside a compiled file: it would take the guard away.
 */
const RESERVED: ReadonlySet<string> = new Set(['boot.py', 'boot.mpy', 'data', 'rescue', 'update']);
const MAX_PATH = 60;
const SEGMENT = /^[A-Za-z0-9._\-+@~(),]+$/;

/**
 * Checks what a path shows by itself.
 * @throws SoftOtaError path_invalid for anything but a relative path of 1-60 allowed bytes without segments that end
 *   with a dot; path_reserved for a path in a room that belongs to the device
 */
export function checkPath(path: string): void {
  if (path.length < 1 || path.length > MAX_PATH) {
    throw new SoftOtaError('path_invalid', `${quote(path)} has ${path.length} characters, not 1 to 60.`);
  }
  const segments = path.split('/');
  for (const segment of segments) checkSegment(segment, path);
  if (RESERVED.has((segments[0] ?? '').toLowerCase())) {
    throw new SoftOtaError('path_reserved', `${quote(path)} lies where only the device itself may write.`);
  }
}

function checkSegment(segment: string, path: string): void {
  if (segment === '') throw new SoftOtaError('path_invalid', `${quote(path)} has an empty part.`);
  // FAT leaves final dots out: there `data.` is `data`. "." and ".." end with one as well.
  if (segment.endsWith('.')) {
    throw new SoftOtaError('path_invalid', `${quote(path)} has a part that ends with a dot.`);
  }
  if (!SEGMENT.test(segment)) {
    throw new SoftOtaError('path_invalid', `${quote(path)} has a character that no device path may have.`);
  }
}

/**
 * Checks every path by itself and all of them together.
 * @throws SoftOtaError path_invalid, path_reserved, path_case for two that differ in case only, source_twin for `x.py`
 *   beside `x.mpy`, manifest_invalid for the same path twice, path_invalid for a path that is a file and a folder
 */
export function checkPaths(paths: Iterable<string>): void {
  const files = new Map<string, string>();
  for (const path of paths) {
    checkPath(path);
    checkEqualNames(path, files.get(path.toLowerCase()));
    files.set(path.toLowerCase(), path);
  }
  for (const [folded, path] of files) {
    checkFolders(folded, path, files);
    checkTwin(folded, path, files);
  }
}

function checkEqualNames(path: string, other: string | undefined): void {
  if (other === undefined) return;
  if (other === path) throw new SoftOtaError('manifest_invalid', `${quote(path)} is named twice.`);
  throw new SoftOtaError('path_case', `${quote(other)} and ${quote(path)} differ in case only.`);
}

function checkFolders(folded: string, path: string, files: ReadonlyMap<string, string>): void {
  for (let slash = folded.indexOf('/'); slash !== -1; slash = folded.indexOf('/', slash + 1)) {
    const other = files.get(folded.slice(0, slash));
    if (other === undefined) continue;
    throw new SoftOtaError('path_invalid', `${quote(other)} is a file, and a folder of ${quote(path)}.`);
  }
}

function checkTwin(folded: string, path: string, files: ReadonlyMap<string, string>): void {
  if (!folded.endsWith('.py')) return;
  const twin = files.get(`${folded.slice(0, -'.py'.length)}.mpy`);
  if (twin === undefined) return;
  throw new SoftOtaError('source_twin', `${quote(path)} stands beside ${quote(twin)}.`);
}

/** The client and what it joins the network with: rescue/ holds a copy. */
export function isClient(path: string): boolean {
  return /^(?:net\.|ota\/)/.test(path);
}

/** Order of paths in a manifest: by their bytes. Allowed paths are ASCII, where code units are bytes. */
export function comparePaths(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** JSON quoting shows control characters instead of sending them to a terminal. */
function quote(path: string): string {
  return JSON.stringify(path);
}
