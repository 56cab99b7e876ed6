/** The modules `machine` and `time` of a board: clock, resets, RTC memory, watchdog, pins, timers. */
import { CHIPS } from '../chips.js';
import { CELL } from '../messages.js';
import { done, type Functions, type HwContext } from './hw-context.js';
import { Pins } from './pins.js';
import { Timers } from './timers.js';

/** The handler of no pin and no timer. */
const PROBE = -1;
const TICKS_MASK = 0x3fffffff;
const CAUSE = { soft: 4, deepsleep: 5 } as const;

export function timeFunctions({ loop, ...context }: HwContext): Functions {
  const seconds = (): number => Math.floor(loop.clock.now() / 1000);
  let offset = context.clockOffset;
  const pumped = (value: number): number => {
    loop.runPending();
    return value & TICKS_MASK;
  };
  return {
    ticks_ms: () => pumped(Math.floor(loop.clock.now()) % (TICKS_MASK + 1)),
    ticks_us: () => pumped(Math.floor(loop.clock.now() * 1000) % (TICKS_MASK + 1)),
    time: () => offset + seconds(),
    set_time: (t: number) => {
      offset = t - seconds();
      loop.post({ t: 'clock', offset });
      return 0;
    },
    sleep_ms: (ms: number) => done(loop.wait(() => false, loop.clock.now() + Math.max(0, ms))),
    idle: () => done(loop.wait(() => false, loop.clock.now() + 1)),
    disable_irq: () => loop.mask(true),
    enable_irq: (state: number) => {
      loop.mask(state === 1);
      loop.runPending();
      return 0;
    },
  };
}

export function resetFunctions(context: HwContext): Functions {
  const { loop, data } = context;
  const reset = (cause: number, wakeMs?: number): never =>
    loop.halt({ t: 'reset', cause, uptime: loop.clock.now(), ...(wakeMs === undefined ? {} : { wakeMs }) });
  return {
    reset: () => reset(CAUSE.soft),
    soft_reset: () => reset(data.cause),
    deepsleep: (ms = 0) => reset(CAUSE.deepsleep, ms),
    reset_cause: () => data.cause,
    unique_id: () => data.uniqueId,
    version: () => data.vm,
    chip: () => data.chip,
    rtc_get: () => context.rtc,
    rtc_put: (hex: string) => {
      context.rtc = hex;
      loop.post({ t: 'rtc', hex });
      return 0;
    },
    wdt: (ms: number) => {
      Atomics.add(loop.cells, CELL.wdtBeat, 1);
      if (ms > 0) loop.post({ t: 'wdt', ms });
      return 0;
    },
  };
}

/** Code that a test runs between two steps of the program, as an interrupt would. */
export function probeFunctions({ loop }: HwContext): Functions {
  const codes: string[] = [];
  loop.on('probe', ({ code }) => {
    codes.push(code);
    loop.interrupt(PROBE);
  });
  return { probe: () => codes.splice(0).join('\n') };
}

export function pinFunctions({ loop, data }: HwContext): Functions {
  const pins = new Pins(loop, data.pins);
  const timers = new Timers(loop, CHIPS[data.chip].timers);
  const seen = <T>(value: T): T => {
    loop.runPending();
    return value;
  };
  return {
    pin_mode: (pin: number, mode: number, pull: number) => done(pins.mode(pin, mode, pull)),
    pin_get: (pin: number) => seen(pins.get(pin)),
    pin_put: (pin: number, value: number) => done(pins.put(pin, value)),
    pin_irq: (pin: number, edges: number) => done(pins.trigger(pin, edges)),
    pin_pwm: () => 0,
    timer_new: (number: number) => timers.create(number),
    timer_start: (key: number, period: number, mode: number) => done(timers.start(key, period, mode)),
    timer_stop: (key: number) => done(timers.stop(key)),
  };
}
