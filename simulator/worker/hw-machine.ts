/** The modules `machine` and `time` of a board: clock, resets, RTC memory, watchdog, pins, timers. */
import { CHIPS } from '../chips.js';
import { CELL } from '../messages.js';
import { done, type Functions, type Room } from './hw-context.js';
import { Pins } from './pins.js';
import { Timers } from './timers.js';

/** The handler of no pin and no timer. */
const PROBE = -1;
const TICKS_MASK = 0x3fffffff;
const CAUSE = { soft: 4, deepsleep: 5 } as const;

export function timeFunctions({ hub, ...room }: Room): Functions {
  const seconds = (): number => Math.floor(hub.clock.now() / 1000);
  let offset = room.clockOffset;
  const pumped = (value: number): number => {
    hub.pump();
    return value & TICKS_MASK;
  };
  return {
    ticks_ms: () => pumped(Math.floor(hub.clock.now()) % (TICKS_MASK + 1)),
    ticks_us: () => pumped(Math.floor(hub.clock.now() * 1000) % (TICKS_MASK + 1)),
    time: () => offset + seconds(),
    set_time: (t: number) => {
      offset = t - seconds();
      hub.post({ t: 'clock', offset });
      return 0;
    },
    sleep_ms: (ms: number) => done(hub.wait(() => false, hub.clock.now() + Math.max(0, ms))),
    idle: () => done(hub.wait(() => false, hub.clock.now() + 1)),
    disable_irq: () => hub.mask(true),
    enable_irq: (state: number) => {
      hub.mask(state === 1);
      hub.pump();
      return 0;
    },
  };
}

export function resetFunctions(room: Room): Functions {
  const { hub, data } = room;
  const reset = (cause: number, wakeMs?: number): never =>
    hub.halt({ t: 'reset', cause, uptime: hub.clock.now(), ...(wakeMs === undefined ? {} : { wakeMs }) });
  return {
    reset: () => reset(CAUSE.soft),
    soft_reset: () => reset(data.cause),
    deepsleep: (ms = 0) => reset(CAUSE.deepsleep, ms),
    reset_cause: () => data.cause,
    unique_id: () => data.uniqueId,
    version: () => data.vm,
    chip: () => data.chip,
    rtc_get: () => room.rtc,
    rtc_put: (hex: string) => {
      room.rtc = hex;
      hub.post({ t: 'rtc', hex });
      return 0;
    },
    wdt: (ms: number) => {
      Atomics.add(hub.cells, CELL.wdtBeat, 1);
      if (ms > 0) hub.post({ t: 'wdt', ms });
      return 0;
    },
  };
}

/** Code that a test runs between two steps of the program, as an interrupt would. */
export function probeFunctions({ hub }: Room): Functions {
  const codes: string[] = [];
  hub.on('probe', ({ code }) => {
    codes.push(code);
    hub.interrupt(PROBE);
  });
  return { probe: () => codes.splice(0).join('\n') };
}

export function pinFunctions({ hub, data }: Room): Functions {
  const pins = new Pins(hub, data.pins);
  const timers = new Timers(hub, CHIPS[data.chip].timers);
  const seen = <T>(value: T): T => {
    hub.pump();
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
