/** Keeps a mirror in step with its source, until it is told to stop. */
import { SoftOtaError } from '../errors.js';

export interface PollOptions {
  /** Looks at the source once. */
  readonly poll: () => Promise<unknown>;
  readonly failed: (error: SoftOtaError) => void;
  /** Seconds from the end of one look to the next. */
  readonly interval: number;
}

export interface Poller {
  /** Looks now. Resolves after the look, and never fails. */
  poll(): Promise<void>;
  stop(): Promise<void>;
}

/** Looks once now, and from then on again and again. A source that fails is asked again like any other. */
export function startPolling({ poll, failed, interval }: PollOptions): Poller {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let stopped = false;
  const once = async () => {
    await poll().catch((error: unknown) => failed(asSoftOtaError(error)));
    running = undefined;
    if (!stopped) timer = setTimeout(start, interval * 1000);
  };
  const start = (): Promise<void> => {
    clearTimeout(timer);
    running ??= once();
    return running;
  };
  void start();
  return {
    poll: start,
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

function asSoftOtaError(cause: unknown): SoftOtaError {
  if (cause instanceof SoftOtaError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  return new SoftOtaError('mirror_failed', `${message}.`, { cause });
}
