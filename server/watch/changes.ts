/** From single file events to one call once they have calmed down. */
import { type FSWatcher, watch } from 'chokidar';
import { type Debounce, debounced } from './debounce.js';
import { changedSince, type Times } from './times.js';

/**
 * chokidar says that it is ready before the system's watches are laid, and with a path that is not there yet, before it has
 * looked at all: the first look is over when nothing more has come for this long.
 */
const SETTLE_MS = 150;
const MAX_SETTLE_MS = 3000;
/** Where the system tells nothing, files are looked at this often. */
const POLL_MS = 500;
/** What the system says when it has no more watches: instances of inotify, watches, or open files in all. */
const LIMITS: ReadonlySet<unknown> = new Set(['EMFILE', 'ENFILE', 'ENOSPC']);

export interface ChangesOptions {
  /** Files and folders; what is not there yet is waited for. */
  readonly paths: readonly string[];
  /** Something has changed; called for every event. */
  readonly onEvent: () => void;
  /** No event for a moment. */
  readonly onSettled: () => void;
  /** The system allows no more watches; called once, and changes are found by polling from then on. */
  readonly onLimit: (error: Error) => void;
  /** Watching itself failed in another way. */
  readonly onError: (error: unknown) => void;
}

export type OpenWatcher = (paths: readonly string[], usePolling: boolean) => FSWatcher;

const openWatcher: OpenWatcher = (paths, usePolling) =>
  watch([...paths], { ignored: isNoise, alwaysStat: true, usePolling, interval: POLL_MS });

/** Watches until the returned function is called. Resolves when every change from the call on will be seen. */
export async function watchChanges(
  options: ChangesOptions,
  open: OpenWatcher = openWatcher,
): Promise<() => Promise<void>> {
  const changes = new Changes(options, open);
  await changes.begin();
  return () => changes.end();
}

class Changes {
  readonly #options: ChangesOptions;
  readonly #open: OpenWatcher;
  readonly #debounce: Debounce;
  #watcher: FSWatcher | undefined;
  #isPolling = false;
  #hasBegun = false;
  /** The first look of the watcher that is used. */
  #looking = Promise.resolve();

  constructor(options: ChangesOptions, open: OpenWatcher) {
    this.#options = options;
    this.#open = open;
    this.#debounce = debounced(options.onSettled);
  }

  async begin(): Promise<void> {
    this.#looking = this.#follow();
    for (let last: unknown; last !== this.#looking; ) {
      last = this.#looking;
      await this.#looking;
    }
    this.#hasBegun = true;
  }

  async end(): Promise<void> {
    await this.#looking;
    this.#debounce.cancel();
    await this.#watcher?.close();
  }

  #changed(): void {
    this.#options.onEvent();
    this.#debounce.touch();
  }

  async #follow(): Promise<void> {
    const start = Date.now();
    const watcher = this.#open(this.#options.paths, this.#isPolling);
    this.#watcher = watcher;
    watcher.on('error', (error) => (isLimit(error) ? this.#poll(error) : this.#options.onError(error)));
    const times = await firstLook(watcher);
    watcher.on('all', () => this.#changed());
    if (await changedSince(times, start)) this.#changed();
  }

  /** The error comes for each file; and later for a folder that is new: then something may have been missed. */
  #poll(error: Error): void {
    if (this.#isPolling) return;
    this.#isPolling = true;
    this.#options.onLimit(error);
    const missed = this.#hasBegun ? () => this.#changed() : () => undefined;
    this.#looking = this.#looking
      .then(() => this.#watcher?.close())
      .then(() => this.#follow())
      .then(missed);
  }
}

function isLimit(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && LIMITS.has(error.code);
}

/** What the first look at the files finds. */
async function firstLook(watcher: FSWatcher): Promise<Times> {
  const times = new Map<string, number>();
  await new Promise<void>((resolve) => {
    const { touch } = debounced(resolve, SETTLE_MS, MAX_SETTLE_MS);
    watcher.on('all', (_event, path, stats) => {
      touch();
      if (stats !== undefined && !times.has(path)) times.set(path, stats.mtimeMs);
    });
    touch();
  });
  watcher.removeAllListeners('all');
  return times;
}

/** Folders of version control change without a source having changed; editors' own files are told apart by the build. */
function isNoise(path: string): boolean {
  return /(?:^|[\\/])\.(?:git|hg|svn)(?:[\\/]|$)/.test(path);
}
