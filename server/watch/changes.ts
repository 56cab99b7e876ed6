/** From single file events to one call once they have calmed down. */
import { type FSWatcher, watch } from 'chokidar';
import { debounced } from './debounce.js';
import { changedSince, type Times } from './times.js';

/**
 * chokidar says that it is ready before the system's watches are laid, and with a path that is not there yet, before it has
 * looked at all: the first look is over when nothing more has come for this long.
 */
const SETTLE_MS = 150;
const LONGEST_SETTLE_MS = 3000;

export interface ChangesOptions {
  /** Files and folders; what is not there yet is waited for. */
  readonly paths: readonly string[];
  /** Something has changed; called for every event. */
  readonly onEvent: () => void;
  /** No event for a moment. */
  readonly onCalm: () => void;
  /** Watching itself failed, as when the system allows no more watches. */
  readonly onError: (error: unknown) => void;
}

/** Watches until the returned function is called. Resolves when every change from the call on will be seen. */
export async function watchChanges(options: ChangesOptions): Promise<() => Promise<void>> {
  const start = Date.now();
  const debounce = debounced(options.onCalm);
  const changed = () => {
    options.onEvent();
    debounce.touch();
  };
  const watcher = watch([...options.paths], { ignored: isNoise, alwaysStat: true });
  watcher.on('error', options.onError);
  const times = await firstLook(watcher);
  watcher.on('all', changed);
  if (await changedSince(times, start)) changed();
  return async () => {
    debounce.cancel();
    await watcher.close();
  };
}

/** What the first look at the files finds. */
async function firstLook(watcher: FSWatcher): Promise<Times> {
  const times = new Map<string, number>();
  await new Promise<void>((resolve) => {
    const { touch } = debounced(resolve, SETTLE_MS, LONGEST_SETTLE_MS);
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
