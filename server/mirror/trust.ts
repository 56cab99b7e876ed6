/** Whom a mirror trusts: it follows the root files of its source, step by step, as a board does. */
import { hasCode, SoftOtaError } from '../errors.js';
import type { Roots } from '../release/roots.js';
import { type Head, parseHead } from '../signing/head.js';
import { parseRoot, ROOT, type Root } from '../signing/root.js';
import { verifyRoot, verifyTrusted } from '../signing/trust.js';
import type { Source } from './source.js';

/** More changes than this at one look are an attack. */
const MAX_STEPS = 1000;

export class MirrorTrust {
  #current: Root | undefined;
  readonly #roots = new Map<number, Buffer>();

  /** @param first undefined when no key was given: then nothing is checked, and devices do it alone */
  constructor(first: Root | undefined) {
    this.#current = first;
  }

  /** The newest root file; 0 when there was none. */
  get version(): number {
    return Math.max(this.#current?.version ?? 0, ...this.#roots.keys());
  }

  /** What was followed until now, to be served as well. */
  get roots(): Roots {
    return new Map(this.#roots);
  }

  /** @throws SoftOtaError as `verifyTrusted` */
  check(bytes: Buffer): Head {
    return this.#current === undefined ? parseHead(bytes).head : verifyTrusted(bytes, this.#current);
  }

  /** Takes the root files that follow, as far as they are there. @throws SoftOtaError as `verifyRoot` */
  async follow(get: (version: number) => Promise<Buffer | undefined>): Promise<void> {
    for (let step = 0; step < MAX_STEPS; step += 1) {
      const version = this.version + 1;
      const bytes = await get(version);
      if (bytes === undefined) return;
      this.#take(bytes, version);
    }
  }

  #take(bytes: Buffer, version: number): void {
    const next = this.#current === undefined ? parseRoot(bytes) : verifyRoot(bytes, this.#current);
    if (next.version !== version) {
      throw new SoftOtaError('root_version', `Root file ${next.version} lies where ${version} belongs.`);
    }
    if (this.#current !== undefined) this.#current = next;
    this.#roots.set(version, bytes);
  }
}

/** Looks for news of trust when a head calls for it, and checks again. */
export async function withTrust<T extends { readonly head: Head }>(
  trust: MirrorTrust,
  source: Source,
  fetch: () => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const first = await fetch().catch((error: unknown) => {
    if (hasCode(error, 'wrong_key') || hasCode(error, 'epoch_wrong') || hasCode(error, 'threshold_unmet'))
      return error;
    throw error;
  });
  if (!(first instanceof Error) && first.every(({ head }) => (head.root ?? 0) <= trust.version)) return first;
  await trust.follow((version) => source.get(`root/${version}`, ROOT.maxBytes));
  return fetch();
}
