/** From single file events to one call once they have calmed down. */
import { watch } from 'chokidar';

/** Long enough for an editor that writes in several steps, short enough not to be felt. */
const CALM_MS = 60;
/** A folder that never calms down, as during a checkout, is looked at all the same. */
const LONGEST_MS = 1000;

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

/** Watches until the returned function is called. Resolves when every change from now on will be seen. */
export async function watchChanges(options: ChangesOptions): Promise<() => Promise<void>> {
  const debounce = debounced(options.onCalm);
  const watcher = watch([...options.paths], { ignoreInitial: true, ignored: isNoise });
  watcher.on('error', options.onError);
  await new Promise<void>((resolve) => watcher.once('ready', resolve));
  watcher.on('all', () => {
    options.onEvent();
    debounce.touch();
  });
  return async () => {
    debounce.cancel();
    await watcher.close();
  };
}

/** Folders of version control change without a source having changed; editors' own files are told apart by the build. */
function isNoise(path: string): boolean {
  return /(?:^|[\\/])\.(?:git|hg|svn)(?:[\\/]|$)/.test(path);
}

export function debounced(
  call: () => void,
  calm: number = CALM_MS,
  longest: number = LONGEST_MS,
): { touch: () => void; cancel: () => void } {
  let timer: NodeJS.Timeout | undefined;
  let first = 0;
  const fire = () => {
    timer = undefined;
    call();
  };
  const touch = () => {
    const now = performance.now();
    if (timer === undefined) first = now;
    clearTimeout(timer);
    timer = setTimeout(fire, Math.max(0, Math.min(calm, first + longest - now)));
  };
  return { touch, cancel: () => clearTimeout(timer) };
}
