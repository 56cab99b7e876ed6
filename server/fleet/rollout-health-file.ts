/** The ledger as a file: a halt is not forgotten because the computer was restarted. */
import { rename } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Logger } from 'pino';
import { makeFolder, syncFolder, writeAtomic } from '../fs/atomic-write.js';
import { readOptional } from '../fs/read-optional.js';
import type { Failure, RolloutHealth, RolloutHealthState } from './rollout-health.js';
import { sanitize } from './sanitize.js';

const FORMAT = 1;
/** For what can wait: ten thousand devices that confirm a release after a power cut are a few writes. */
const LATER_MS = 5000;

export class RolloutHealthFile {
  readonly #path: string;
  readonly #health: RolloutHealth;
  readonly #log: Logger;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #stale = false;
  #closed = false;

  constructor(path: string, health: RolloutHealth, log: Logger) {
    this.#path = path;
    this.#health = health;
    this.#log = log;
  }

  /** What an earlier run knew. A file that makes no sense is laid aside, and said. */
  async open(): Promise<void> {
    const bytes = await readOptional(this.#path);
    if (bytes === undefined) return;
    const state = parseState(bytes.toString());
    if (state !== undefined) return this.#health.restore(state);
    const aside = `${this.#path}.damaged`;
    await rename(this.#path, aside);
    const reason = 'It makes no sense: what boards reported before, and a halt, are forgotten.';
    this.#log.error({ file: this.#path, aside: basename(aside), reason }, 'reports not read');
  }

  /** What changed is to be kept: now, or within seconds. */
  changed(urgent: boolean): void {
    if (this.#closed) return;
    this.#stale = true;
    if (urgent) void this.#write();
    else this.#timer ??= setTimeout(() => void this.#write(), LATER_MS).unref();
  }

  /** Writes what is not written yet, and nothing after that: the file may be another server's. A board that undid a release says so again. */
  async close(): Promise<void> {
    this.#closed = true;
    while (this.#stale || this.#writing !== undefined) await this.#write();
  }

  /** One write at a time; what changes meanwhile is the next one. */
  async #write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#writing !== undefined) return this.#writing;
    this.#stale = false;
    this.#writing = this.#save();
    await this.#writing;
    this.#writing = undefined;
    if (this.#stale) await this.#write();
  }

  async #save(): Promise<void> {
    try {
      await makeFolder(dirname(this.#path));
      await writeAtomic(this.#path, Buffer.from(encodeState(this.#health.state)));
      await syncFolder(dirname(this.#path));
    } catch (error) {
      this.#log.error({ file: this.#path, reason: String(error) }, 'reports not kept');
    }
  }
}

function encodeState(state: RolloutHealthState): string {
  return `${JSON.stringify({ format: FORMAT, ...state })}\n`;
}

/** undefined for anything but what `encodeState` writes. */
export function parseState(text: string): RolloutHealthState | undefined {
  const value = parseJson(text);
  if (!isRecord(value) || value.format !== FORMAT) return undefined;
  const { release, halted, failed, confirmed } = value;
  if (typeof release !== 'string' || typeof halted !== 'boolean') return undefined;
  if (!Array.isArray(failed) || !failed.every(isFailure)) return undefined;
  if (!Array.isArray(confirmed) || !confirmed.every(isName)) return undefined;
  return { release, halted, failed: failed.map(readFailure), confirmed };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9._,~-]{1,64}$/.test(value);
}

function isFailure(value: unknown): value is Failure {
  if (!isRecord(value)) return false;
  return isName(value.device) && typeof value.error === 'string' && typeof value.known === 'boolean';
}

/** A file can be edited by hand. */
function readFailure({ device, error, known }: Failure): Failure {
  return { device, error: sanitize(error), known };
}
