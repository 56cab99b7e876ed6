/** What the functions of the module `_hw` share. Only numbers, booleans and strings cross between Python and them. */
import type { BootData } from '../messages.js';
import type { EventLoop } from './event-loop.js';
import type { Flash } from './flash.js';
import type { EmFs } from './micropython.js';
import type { Radio } from './radio.js';
import type { Sockets } from './sockets.js';

export interface HwContext {
  readonly loop: EventLoop;
  readonly data: BootData;
  readonly flash: Flash;
  readonly fs: EmFs;
  readonly sockets: Sockets;
  readonly radio: Radio;
  readonly listens: () => void;
  rtc: string;
  clockOffset: number;
}

export type Functions = Record<string, (...args: never[]) => number | string | boolean>;

/** Does `work` and answers 0, because `undefined` is no Python value. */
export const done = (work: unknown): number => (work === undefined ? 0 : 0);
