/**
 * The module `_hw`, the only thing that the board's Python shims know. Only numbers, booleans and strings cross here: a Python object
 * that is handed to JavaScript would never be freed.
 */
import { posix } from 'node:path';
import { type BootData, CELL } from '../messages.js';
import type { Flash } from './flash.js';
import type { Hub } from './hub.js';
import type { EmFs } from './micropython.js';
import { Pins } from './pins.js';
import { Polls } from './polls.js';
import { Radio } from './radio.js';
import { type Socket, Sockets } from './sockets.js';
import { Timers } from './timers.js';

/** A device number that Emscripten does not use. */
const DEVICE = 80;
/** The port of the plug's page: when it listens, the plug is up. */
const HTTP = 80;
/** The handler of no pin and no timer. */
const PROBE = -1;
const TICKS_MASK = 0x3fffffff;
const CAUSE = { soft: 4, deepsleep: 5 } as const;

interface Room {
  readonly hub: Hub;
  readonly data: BootData;
  readonly flash: Flash;
  readonly fs: EmFs;
  readonly sockets: Sockets;
  readonly radio: Radio;
  readonly listens: () => void;
  rtc: string;
  clockOffset: number;
}

type Functions = Record<string, (...args: never[]) => number | string | boolean>;

/** Does `work` and answers 0, because `undefined` is no Python value. */
const done = (work: unknown): number => (work === undefined ? 0 : 0);

function timeFunctions({ hub, ...room }: Room): Functions {
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

function resetFunctions(room: Room): Functions {
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
function probeFunctions({ hub }: Room): Functions {
  const codes: string[] = [];
  hub.on('probe', ({ code }) => {
    codes.push(code);
    hub.interrupt(PROBE);
  });
  return { probe: () => codes.splice(0).join('\n') };
}

function pinFunctions({ hub, data }: Room): Functions {
  const pins = new Pins(hub, data.pins);
  const timers = new Timers(hub);
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
    timer_new: () => timers.create(),
    timer_start: (key: number, period: number, mode: number) => done(timers.start(key, period, mode)),
    timer_stop: (key: number) => done(timers.stop(key)),
  };
}

/** The name server: a look-up blocks, as on a board. */
function lookupFunctions({ hub, radio, data }: Room): Functions {
  const answers = new Map<number, string>();
  hub.on('dns', ({ id, ip }) => answers.set(id, ip));
  let next = 0;
  const lookup = (host: string): string => {
    if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return host;
    if (!radio.reachable()) return '';
    const id = next++;
    const delay = data.faults.dnsDelay ?? 0;
    const slow = hub.clock.driven ? hub.clock.now() + delay : 0;
    hub.busyUntil = performance.now() + 5000;
    hub.post({ t: 'lookup', id, host, delay: hub.clock.driven ? 0 : delay });
    hub.wait(() => answers.has(id), Number.POSITIVE_INFINITY);
    hub.busyUntil = 0;
    hub.wait(() => false, slow);
    return answers.get(id) ?? '';
  };
  return { lookup };
}

function radioFunctions({ hub, radio }: Room): Functions {
  return {
    wifi_active: (which: number, on: number) => radio.active(which, on),
    wifi_connect: (ssid: string, key: string) => done(radio.connect(ssid, key)),
    wifi_access: (ssid: string, password: string) => done(radio.accessPoint(ssid, password)),
    wifi_seen: () => radio.seen(),
    wifi_disconnect: () => done(radio.disconnect()),
    wifi_scan: () => done(radio.scan()),
    wifi_ssid: () => radio.ssid,
    wifi_hostname: () => radio.hostname,
    wifi_set_hostname: (name: string) => {
      radio.hostname = name;
      return 0;
    },
    wifi_ip: (which: number) => radio.ip(which),
    wifi_status: () => {
      hub.pump();
      return radio.status();
    },
  };
}

function socketFunctions({ hub, sockets, fs, listens }: Room): Functions {
  const device = (id: number): number => {
    if (id > 0) fs.mkdev(`/dev/s${id}`, 0o666, fs.makedev(DEVICE, 1));
    return id;
  };
  const close = (id: number): number => {
    if (sockets.get(id) !== undefined) fs.unlink(`/dev/s${id}`);
    return sockets.close(id);
  };
  return {
    socket: (kind: number) => device(sockets.open(kind === 2 ? 'udp' : 'tcp')),
    connect: (id: number, ip: string, port: number) => sockets.connect(id, ip, port),
    bind: (id: number, _ip: string, port: number) => sockets.bind(id, port),
    listen: (id: number) => {
      if (sockets.get(id)?.port === HTTP) listens();
      return sockets.listen(id);
    },
    accept: (id: number) => device(sockets.accept(id)),
    peer_ip: (id: number) => sockets.get(id)?.ip ?? '',
    peer_port: (id: number) => sockets.get(id)?.port ?? 0,
    wait_read: (id: number, n: number) => sockets.waitRead(id, n),
    wait_line: (id: number) => sockets.waitLine(id),
    wait_write: (id: number) => sockets.waitWrite(id),
    once: (id: number) => sockets.once(id),
    target: (id: number, ip: string, port: number) => sockets.target(id, ip, port),
    set_timeout: (id: number, ms: number) => sockets.setTimeout(id, ms),
    shut: close,
    ...pollFunctions(new Polls(hub, sockets)),
  };
}

function pollFunctions(polls: Polls): Functions {
  return {
    poll_new: () => polls.create(),
    poll_set: (poll: number, id: number, events: number) => done(polls.set(poll, id, events)),
    poll_drop: (poll: number, id: number) => done(polls.drop(poll, id)),
    poll_wait: (poll: number, ms: number) => polls.wait(poll, ms),
    poll_id: (poll: number, index: number) => polls.hit(poll, index).id,
    poll_events: (poll: number, index: number) => polls.hit(poll, index).events,
  };
}

/** Everything that the shims call, in one object. */
export function hardware(hub: Hub, data: BootData, flash: Flash, fs: EmFs, listens: () => void): object {
  const radio = new Radio(hub, data.faults, data.air);
  const sockets = new Sockets(hub, () => radio.reachable());
  const room: Room = {
    hub,
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
    on_call: (call: (key: number) => void) => done(hub.bind(call, (text) => hub.post({ t: 'line', text }))),
    blocks: () => data.blocks,
    blocks_free: () => flash.free(),
    size: (folder: string, name: string) => {
      const stat = fs.stat(posix.join(folder, name));
      return fs.isDir(stat.mode) ? 0 : stat.size;
    },
    ...timeFunctions(room),
    ...resetFunctions(room),
    ...pinFunctions(room),
    ...probeFunctions(room),
    ...radioFunctions(room),
    ...lookupFunctions(room),
    ...socketFunctions(room),
  };
}

/** `/dev/s<id>` is the socket with that id; waiting was done before, so that Python never runs inside a read. */
function socketDevice(fs: EmFs, sockets: Sockets): void {
  const of = (path: string): Socket | undefined => sockets.get(Number(path.slice('/dev/s'.length)));
  fs.registerDevice(fs.makedev(DEVICE, 1), {
    open: (stream) => {
      stream.seekable = false;
    },
    close: () => undefined,
    read: (stream, buffer, offset, length) => {
      const socket = of(stream.path);
      return socket === undefined ? 0 : sockets.read(socket, buffer.subarray(offset, offset + length));
    },
    write: (stream, buffer, offset, length) => {
      const socket = of(stream.path);
      return socket === undefined ? 0 : sockets.write(socket, buffer.subarray(offset, offset + length));
    },
  });
}
