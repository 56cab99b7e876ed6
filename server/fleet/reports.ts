/** What devices report of the current release, as far as it is proven: into the ledger, and into the log. */
import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { Release } from '../release/release.js';
import type { Hello } from './check-in.js';
import type { Standing } from './decide.js';
import { Ledger } from './rollout-health.js';

/** Told of every change that is to be kept; `urgent` says at once. */
export type OnChange = (urgent: boolean) => void;

export class Reports {
  readonly ledger: Ledger;
  readonly #log: Logger;
  #onChange: OnChange = () => undefined;
  #release: Release | undefined;

  constructor(log: Logger, ledger: Ledger = new Ledger()) {
    this.#log = log;
    this.ledger = ledger;
  }

  onChange(listener: OnChange): void {
    this.#onChange = listener;
  }

  /** What there is to know about `release` for the device that says `hello`; its own report counts already. */
  hear(hello: Hello, release: Release | undefined): Standing {
    this.follow(release);
    const { id } = hello;
    if (release !== undefined && id !== undefined && hello.proof === 'right') this.#take(id, hello, release);
    return { halted: this.ledger.halted, undone: id !== undefined && this.ledger.hasFailed(id) };
  }

  /** The release that is served now; another one starts clean. */
  follow(release: Release | undefined): void {
    if (release === undefined || release === this.#release) return;
    this.#release = release;
    if (this.ledger.follow(nameOf(release))) this.#onChange(false);
  }

  /** The operator lets release `number` go on. @returns whether it was halted */
  resume(number: number): boolean {
    if (this.#release?.number !== number || !this.ledger.resume()) return false;
    this.#onChange(true);
    this.#log.warn({ release: number }, 'release resumed');
    return true;
  }

  #take(id: string, hello: Hello, { number }: Release): void {
    const { ledger } = this;
    const before = ledger.halted;
    const news = ledger.report(id, hello, number);
    if (news === undefined) return;
    this.#onChange(news === 'undone');
    const counts = { release: number, failed: ledger.failed.length, confirmed: ledger.confirmed };
    if (news === 'undone') {
      this.#log.warn({ device: id, error: hello.error, ...counts, proven: true }, 'device undid release');
    }
    if (ledger.halted && !before) this.#log.error({ ...counts, todo: TODO }, 'release halted');
  }
}

const TODO = 'Publish a better one, or let it go on with "npm run resume".';

/** Number and content: a new key epoch counts releases anew. */
function nameOf({ number, heads }: Release): string {
  const sum = createHash('sha256');
  for (const { manifest } of heads.values()) sum.update(manifest, 'latin1');
  return `${number}-${sum.digest('hex').slice(0, 16)}`;
}
