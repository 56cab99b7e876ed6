/**
 * The module `_hw`, the only thing that the board's Python shims know. Only numbers, booleans and strings cross here: a Python object
 * that is handed to JavaScript would never be freed.
 */
import { posix } from 'node:path';
import { CHIPS } from '../chips.js';
import type { BootData } from '../messages.js';
import type { EventLoop } from './event-loop.js';
import type { Flash } from './flash.js';
import { done, type HwContext } from './hw-context.js';
import { pinFunctions, probeFunctions, resetFunctions, timeFunctions } from './hw-machine.js';
import { lookupFunctions, radioFunctions, socketDevice, socketFunctions } from './hw-network.js';
import type { EmFs } from './micropython.js';
import { Radio } from './radio.js';
import { Sockets } from './sockets.js';

/** Everything that the shims call, in one object. */
export function hardware(
  loop: EventLoop,
  data: BootData,
  flash: Flash,
  fs: EmFs,
  listens: () => void,
): object {
  const radio = new Radio(loop, data.faults, data.air, CHIPS[data.chip]);
  const sockets = new Sockets(loop, () => radio.reachable());
  const context: HwContext = {
    loop,
    data,
    flash,
    fs,
    radio,
    sockets,
    listens,
    rtc: data.rtc,
    clockOffset: data.clockOffset,
  };
  socketDevice(fs, sockets);
  return {
    on_call: (call: (key: number) => void) => done(loop.bind(call, (text) => loop.post({ t: 'line', text }))),
    blocks: () => data.blocks,
    blocks_free: () => flash.free(),
    size: (folder: string, name: string) => {
      const stat = fs.stat(posix.join(folder, name));
      return fs.isDir(stat.mode) ? 0 : stat.size;
    },
    ...timeFunctions(context),
    ...resetFunctions(context),
    ...pinFunctions(context),
    ...probeFunctions(context),
    ...radioFunctions(context),
    ...lookupFunctions(context),
    ...socketFunctions(context),
  };
}
