/**
 * How the current release does, by what devices have proven that they said: who has undone it, and who runs it. When too many
 * have undone it, it is halted. Nothing here comes from a request without a right MAC. Pure, in memory, and bounded.
 */
import type { CheckIn } from './check-in.js';

export interface Failure {
  readonly device: string;
  /** The last words of its last exception, fit to be read. */
  readonly error: string;
  /** The operator knew of it when the release was resumed: it does not count again. */
  readonly known: boolean;
}

/** What is kept over a restart. */
export interface RolloutHealthState {
  /** Number and content of the release, as one word. */
  readonly release: string;
  readonly halted: boolean;
  readonly failed: readonly Failure[];
  readonly confirmed: readonly string[];
}

/** News of one report. */
export type News = 'undone' | 'confirmed';

const MAX_DEVICES = 20_000;
/** One device alone may be broken. */
const MIN_FAILURES = 2;
export const DEFAULT_SHARE = 0.2;

export class RolloutHealth {
  readonly #haltAt: number;
  #release = '';
  #halted = false;
  #failed = new Map<string, Failure>();
  #confirmed = new Set<string>();

  /** @param haltAt the share of failures from which a release is halted; above 1 none ever is */
  constructor(haltAt: number = DEFAULT_SHARE) {
    this.#haltAt = haltAt;
  }

  get halted(): boolean {
    return this.#halted;
  }

  /** Devices that run the release and have confirmed it. */
  get confirmed(): number {
    return this.#confirmed.size;
  }

  /** Devices that have undone the release, the first one first. */
  get failed(): readonly Failure[] {
    return [...this.#failed.values()];
  }

  get state(): RolloutHealthState {
    return {
      release: this.#release,
      halted: this.#halted,
      failed: this.failed,
      confirmed: [...this.#confirmed],
    };
  }

  /** Goes on where an earlier run stopped. */
  restore({ release, halted, failed, confirmed }: RolloutHealthState): void {
    this.#release = release;
    this.#halted = halted;
    this.#failed = new Map(failed.slice(-MAX_DEVICES).map((failure) => [failure.device, failure]));
    this.#confirmed = new Set(confirmed.slice(-MAX_DEVICES));
  }

  /** Another release starts clean. @returns whether it is another one */
  startFor(release: string): boolean {
    if (release === this.#release) return false;
    this.restore({ release, halted: false, failed: [], confirmed: [] });
    return true;
  }

  /** Has said something about this release, with a proof. */
  hasReported(device: string): boolean {
    return this.#failed.has(device) || this.#confirmed.has(device);
  }

  hasFailed(device: string): boolean {
    return this.#failed.has(device);
  }

  /**
   * A device, proven, says how it does with release `number`.
   * @returns what was not known before
   */
  report(device: string, { have, bad, error = '', mode }: CheckIn, number: number): News | undefined {
    if (have === number) return mode === undefined && bad !== number ? this.#confirm(device) : undefined;
    return bad === number ? this.#fail(device, error) : undefined;
  }

  /** The operator lets the release go on. Failures until now are known; new ones can halt it again. @returns whether it was halted */
  resume(): boolean {
    const was = this.#halted;
    this.#halted = false;
    this.#failed = new Map(this.failed.map((failure) => [failure.device, { ...failure, known: true }]));
    return was;
  }

  #confirm(device: string): News | undefined {
    if (this.#confirmed.has(device)) return undefined;
    this.#failed.delete(device);
    makeRoom(this.#confirmed);
    this.#confirmed.add(device);
    return 'confirmed';
  }

  #fail(device: string, error: string): News | undefined {
    if (this.#failed.has(device)) return undefined;
    this.#confirmed.delete(device);
    makeRoom(this.#failed);
    this.#failed.set(device, { device, error, known: false });
    this.#halted ||= this.#isTooMuch();
    return 'undone';
  }

  #isTooMuch(): boolean {
    // Known failures can only make it less: mostly this spares the counting.
    if (!this.#isShare(this.#failed.size)) return false;
    return this.#isShare(this.failed.filter(({ known }) => !known).length);
  }

  #isShare(failures: number): boolean {
    return failures >= MIN_FAILURES && failures / (failures + this.#confirmed.size) >= this.#haltAt;
  }
}

/** The oldest goes. */
function makeRoom(devices: Map<string, unknown> | Set<string>): void {
  if (devices.size < MAX_DEVICES) return;
  for (const oldest of devices.keys()) {
    devices.delete(oldest);
    return;
  }
}
