/** Builds again and again, one at a time; what fails is reported and changes nothing. */
import { setMaxListeners } from 'node:events';
import { SoftOtaError } from '../errors.js';
import { systemError } from '../fs/system-error.js';

export interface Republish {
  /** Builds now, or once more after the build that runs. Resolves when nothing is left to do. */
  request(): Promise<void>;
  /** The sources have changed: a build that runs is worth nothing any more. */
  invalidate(): void;
  /** Stops the build that runs, and none follows. */
  end(): void;
}

/**
 * @param publish one build; it stops when its signal is aborted
 * @param failed called with the reason for every build that failed on sources that have not changed since
 */
export function republisher(
  publish: (signal: AbortSignal) => Promise<unknown>,
  failed: (error: SoftOtaError) => void,
): Republish {
  let current = new AbortController();
  let again = false;
  let ended = false;
  let running: Promise<void> | undefined;

  const once = async () => {
    current = new AbortController();
    const { signal } = current;
    // Each source that is compiled listens to it.
    setMaxListeners(0, signal);
    try {
      await publish(signal);
    } catch (error) {
      // Half-saved files give errors that are gone with the next event.
      if (!signal.aborted) failed(asSoftOtaError(error));
    }
  };
  const loop = async () => {
    do {
      again = false;
      await once();
    } while (again && !ended);
    running = undefined;
  };
  return {
    request: () => {
      again = running !== undefined;
      running ??= loop();
      return running;
    },
    invalidate: () => current.abort(),
    end: () => {
      ended = true;
      current.abort();
    },
  };
}

function asSoftOtaError(error: unknown): SoftOtaError {
  if (error instanceof SoftOtaError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return systemError(error) ?? new SoftOtaError('internal', `${message}.`, { cause: error });
}
