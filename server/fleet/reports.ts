/** What devices report of the current release, as far as it is proven: into the ledger, and into the log. */
import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { Release } from '../release/release.js';
import type { CheckIn } from './check-in.js';
import type { Standing } from './decide.js';
import { RolloutHealth } from './rollout-health.js';

/** Told of every change that is to be kept; `urgent` says at once. */
export type OnChange = (urgent: boolean) => void;

export class Reports {
  readonly health: RolloutHealth;
  readonly #log: Logger;
  #onChange: OnChange = () => undefined;
  #release: Release | undefined;

  constructor(log: Logger, health: RolloutHealth = new RolloutHealth()) {
    this.#log = log;
    this.health = health;
  }

  onChange(listener: OnChange): void {
    this.#onChange = listener;
  }

  /** What there is to know about `release` for the device of this `checkIn`; its own report counts already. */
  record(checkIn: CheckIn, release: Release | undefined): Standing {
    this.startFor(release);
    const { id } = checkIn;
    if (release !== undefined && id !== undefined && checkIn.proof === 'right')
      this.#recordReport(id, checkIn, release);
    return { halted: this.health.halted, rolledBack: id !== undefined && this.health.hasFailed(id) };
  }

  /** The release that is served now; another one starts clean. */
  startFor(release: Release | undefined): void {
    if (release === undefined || release === this.#release) return;
    this.#release = release;
    if (this.health.startFor(nameOf(release))) this.#onChange(false);
  }

  /** The operator lets release `number` go on. @returns whether it was halted */
  resume(number: number): boolean {
    if (this.#release?.number !== number || !this.health.resume()) return false;
    this.#onChange(true);
    this.#log.warn({ release: number }, 'release resumed');
    return true;
  }

  #recordReport(id: string, checkIn: CheckIn, { number }: Release): void {
    const { health } = this;
    const before = health.halted;
    const news = health.report(id, checkIn, number);
    if (news === undefined) return;
    this.#onChange(news === 'undone');
    const counts = { release: number, failed: health.failed.length, confirmed: health.confirmed };
    if (news === 'undone') {
      this.#log.warn({ device: id, error: checkIn.error, ...counts, proven: true }, 'device undid release');
    }
    if (health.halted && !before) this.#log.error({ ...counts, todo: TODO }, 'release halted');
  }
}

const TODO = 'Publish a better one, or let it go on with "npm run resume".';

/** Number and content: a new key epoch counts releases anew. */
function nameOf({ number, heads }: Release): string {
  const sum = createHash('sha256');
  for (const { manifest } of heads.values()) sum.update(manifest, 'latin1');
  return `${number}-${sum.digest('hex').slice(0, 16)}`;
}
