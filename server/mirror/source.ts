/** Where a mirror copies from: a folder, or any static web server. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SoftOtaError } from '../errors.js';

export interface Source {
  /** What --from said. */
  readonly name: string;
  /**
   * The file at a path below the source; undefined when it is not there.
   * @param limit bytes; anything larger is an error
   * @throws SoftOtaError mirror_failed
   */
  get(path: string, limit: number): Promise<Buffer | undefined>;
}

const TIMEOUT_MS = 30_000;

/** @param from an http(s) address, or else a folder */
export function openSource(from: string): Source {
  const name = from.replace(/\/+$/, '');
  if (/^https?:\/\//.test(from)) return { name, get: (path, limit) => fetchFile(`${name}/${path}`, limit) };
  return { name, get: (path, limit) => readLimited(join(from, path), limit) };
}

export function isFolder(from: string): boolean {
  return !/^https?:\/\//.test(from);
}

async function readLimited(path: string, limit: number): Promise<Buffer | undefined> {
  try {
    const bytes = await readFile(path);
    if (bytes.length > limit) throw tooLarge(path, limit);
    return bytes;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw asMirrorFailed(path, cause);
  }
}

async function fetchFile(url: string, limit: number): Promise<Buffer | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (response.status === 200) return await readBody(response, url, limit);
    await response.body?.cancel();
    if (response.status === 404) return undefined;
    throw new SoftOtaError('mirror_failed', `${url} answers ${response.status}.`);
  } catch (cause) {
    throw asMirrorFailed(url, cause);
  }
}

async function readBody(response: Response, url: string, limit: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response.body ?? []) {
    pieces.push(piece);
    size += piece.length;
    if (size > limit) throw tooLarge(url, limit);
  }
  return Buffer.concat(pieces);
}

function tooLarge(place: string, limit: number): SoftOtaError {
  return new SoftOtaError('mirror_failed', `${place} is larger than ${limit} bytes.`);
}

function asMirrorFailed(place: string, cause: unknown): SoftOtaError {
  if (cause instanceof SoftOtaError) return cause;
  const reason = cause instanceof Error ? reasonOf(cause) : String(cause);
  return new SoftOtaError('mirror_failed', `${place} cannot be read: ${reason}.`, { cause });
}

/** fetch says "fetch failed" and keeps what happened as the cause. */
function reasonOf(error: Error): string {
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}
