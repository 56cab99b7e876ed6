/** How the last build went, for whoever looks at the server. */
import type { NameMap } from '../build/minify/names.js';
import type { SoftOtaError } from '../errors.js';

export interface BuildReport {
  readonly state: 'building' | 'ready' | 'failed';
  /** Unix seconds. */
  readonly at: number;
  readonly code?: string;
  readonly message?: string;
  /** There when the system tells nothing of saved files, so that they are looked for. */
  readonly polling?: true;
}

export class BuildState {
  #report: BuildReport = { state: 'building', at: unixNow() };

  #polling = false;
  /** What boards call otherwise than the sources do. */
  names: NameMap = new Map();

  get now(): BuildReport {
    return this.#polling ? { ...this.#report, polling: true } : this.#report;
  }

  polls(): void {
    this.#polling = true;
  }

  ready(): void {
    this.#report = { state: 'ready', at: unixNow() };
  }

  /** The release before it is still served. */
  failed({ code, message }: SoftOtaError): void {
    this.#report = { state: 'failed', at: unixNow(), code, message };
  }
}

export function unixNow(): number {
  return Math.floor(Date.now() / 1000);
}
