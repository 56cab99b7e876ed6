/**
 * A whole board without hardware: power it, watch its events, press its button, cut its power. Each boot is one worker thread with
 * the real MicroPython in it; a reset ends that thread, so nothing can run after it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { type BoardEvent, lineEvent } from './events.js';
import { type Access, type BootData, CELL, type FromBoard, type ToBoard } from './messages.js';
import { Network } from './network.js';
import {
  type BoardOptions,
  bootData,
  type Counters,
  DEFAULT_VM,
  type Outcome,
  POWER_ON,
  type Power,
  type Until,
} from './options.js';
import { type Happening, Waiting } from './outcome.js';
import { type Vm, vm } from './vm.js';
import { Watchdog } from './watchdog.js';

export type { BoardEvent } from './events.js';
export type { BoardOptions, Counters, Outcome, Until } from './options.js';

const CAUSES: Readonly<Record<number, string>> = {
  0: 'power',
  1: 'watchdog',
  4: 'soft',
  5: 'deepsleep',
  6: 'reset',
};
const WATCHDOG = 1;
const RESET_PIN = 6;
const TIMEOUT_MS = 60_000;

interface Life {
  readonly worker: Worker;
  readonly port: MessagePort;
  readonly cells: Int32Array;
  readonly network: Network;
  readonly watchdog: Watchdog;
  readonly began: number;
}

type Message<T extends FromBoard['t']> = Extract<FromBoard, { t: T }>;

export class Board {
  /** Everything that has happened, oldest first. */
  readonly events: BoardEvent[] = [];
  /** Where a port of the board is on this machine: board port → `127.0.0.1:port`. */
  readonly listening = new Map<number, string>();
  /** Called for each level that the program drives, with the board's clock (ms since power-on) at that moment. */
  onPin: ((pin: number, value: number, ms: number) => void) | undefined;
  readonly #listeners = new Set<(event: BoardEvent) => void>();
  readonly #pins = new Map<number, number>();
  readonly #totals: Record<keyof Counters, number> = {
    opens: 0,
    reads: 0,
    bytesRead: 0,
    bytesWritten: 0,
    flashOps: 0,
    connects: 0,
    txBytes: 0,
    rxBytes: 0,
  };
  readonly #execs = new Map<number, (error: string | undefined) => void>();
  #power: Power;
  #life: Life | undefined;
  #waiting: Waiting | undefined;
  #boots = 0;
  #next = 0;
  #shims = 0;
  #air: readonly Access[] | undefined;
  /** Where a held clock stands, and where it may go (ms since power-on). */
  #held = 0;
  #until = 0;
  #holds: (() => void)[] = [];

  constructor(readonly options: BoardOptions) {
    this.#power = this.#off();
  }

  /** The address of the board's web page, once something listens on its port 80. */
  get url(): string | undefined {
    const at = this.listening.get(80);
    return at === undefined ? undefined : `http://${at}`;
  }

  /** Sums over all boots of this board. `txBytes` and `rxBytes` count what TCP carries, without headers. */
  get counters(): Counters {
    const now = { ...this.#totals };
    if (this.#life !== undefined) addCounters(now, this.#life);
    return now;
  }

  on(listener: (event: BoardEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The next (or an earlier) event that fits; rejects after `ms`. */
  async event(
    name: string,
    ms = TIMEOUT_MS,
    fits: (event: BoardEvent) => boolean = () => true,
  ): Promise<BoardEvent> {
    const matches = (event: BoardEvent): boolean => event.event === name && fits(event);
    const earlier = this.events.find(matches);
    if (earlier !== undefined) return earlier;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`No event "${name}" within ${ms} ms.`)), ms);
      const stop = this.on((event) => {
        if (!matches(event)) return;
        clearTimeout(timer);
        stop();
        resolve(event);
      });
    });
  }

  /** Switches the power on (if it is off) and waits until the plug is up, the program has ended, the board resets, or a time in real ms. */
  async boot({
    until = 'plug-up',
    timeout = TIMEOUT_MS,
  }: {
    until?: Until;
    timeout?: number;
  } = {}): Promise<Outcome> {
    const waiting = new Waiting(until, timeout);
    this.#waiting = waiting;
    if (this.#life === undefined) await this.#start();
    return waiting.result;
  }

  /** What the board drives or sees on a pin; undefined before anyone has set it. */
  pin(pin: number): { readonly value: number | undefined } {
    return { value: this.#pins.get(pin) };
  }

  /** Sets an input from outside. */
  input(pin: number, value: number): void {
    this.#post({ t: 'pin', pin, value });
  }

  /** A button to ground: low for `ms` on the board's clock, then high. */
  press(pin: number, ms = 80): void {
    this.#post({ t: 'press', pin, ms, level: 0 });
  }

  /** Other networks than before are in the air, from now on and for later boots. */
  air(air: readonly Access[]): void {
    this.#air = air;
    this.#post({ t: 'air', air });
  }

  /** The radio goes away or comes back. */
  wifi(up: boolean): void {
    this.#post({ t: 'wifi', up });
  }

  /** Runs Python at the prompt, for tests. Gives the traceback if it raised. */
  async exec(code: string): Promise<string | undefined> {
    const id = this.#next++;
    return new Promise((resolve) => {
      this.#execs.set(id, resolve);
      this.#post({ t: 'exec', id, code });
    });
  }

  /** Runs Python while the program runs, between two of its steps, where an interrupt would run. */
  probe(code: string): void {
    this.#post({ t: 'probe', code });
  }

  /** Lets a held clock go on for so many milliseconds; done when it stands again, also after resets of the board. */
  async advance(ms: number): Promise<void> {
    if (this.#held === 0) await this.#stands();
    const to = Math.max(this.#until, this.#held) + ms;
    this.#until = to;
    this.#post({ t: 'advance', to });
    while (this.#held < to) await this.#stands();
  }

  #stands(): Promise<void> {
    return new Promise((resolve) => this.#holds.push(resolve));
  }

  /** The reset button: RTC memory and the clock live on. */
  async reset(): Promise<void> {
    await this.#again(RESET_PIN);
  }

  /** The power goes: everything but the flash is lost. `boot` switches it on again. */
  async cut(): Promise<void> {
    await this.#stop();
    this.#power = this.#off();
    this.#held = 0;
    this.#until = 0;
  }

  async #start(): Promise<void> {
    const build = await vm(this.options.vm ?? DEFAULT_VM);
    const { port1, port2 } = new MessageChannel();
    const cells = new Int32Array(new SharedArrayBuffer(CELL.count * Int32Array.BYTES_PER_ELEMENT));
    this.#emit({
      event: 'boot',
      boot: ++this.#boots,
      cause: CAUSES[this.#power.cause] ?? 'power',
      ...this.#release(),
    });
    this.listening.clear();
    const workerData = this.#bootData(build, port2, cells);
    const worker = new Worker(new URL('./worker/main.js', import.meta.url), {
      workerData,
      transferList: [port2],
    });
    const watchdog = new Watchdog(cells, () => void this.#again(WATCHDOG));
    const life: Life = {
      worker,
      port: port1,
      cells,
      network: this.#network(),
      watchdog,
      began: performance.now(),
    };
    this.#life = life;
    port1.on('message', (message: FromBoard) => {
      if (this.#life === life) this.#take(message, life);
    });
    worker.on('error', (error) => {
      this.#emit({ event: 'log', text: `simulator: ${error.stack ?? error.message}` });
      this.#happened('failed');
    });
  }

  #off(): Power {
    return { ...POWER_ON, uptime: this.options.uptime ?? 0 };
  }

  #bootData(build: Vm, port: MessagePort, cells: Int32Array): BootData {
    const options = this.#air === undefined ? this.options : { ...this.options, air: this.#air };
    return bootData(options, this.#power, this.#until, build, port, cells);
  }

  #happened(happening: Happening): void {
    this.#waiting?.happened(happening);
  }

  #network(): Network {
    const { allow = [], hosts = {}, ports = {} } = this.options;
    return new Network(
      { allow, hosts, ports },
      (message) => this.#post(message),
      (port, real, ms) => this.#listens(port, real, ms),
      (ip) => this.#emit({ event: 'log', text: `simulator: traffic to ${ip} is not allowed` }),
    );
  }

  #post(message: ToBoard): void {
    const life = this.#life;
    if (life === undefined) return;
    life.port.postMessage(message);
    Atomics.add(life.cells, CELL.wake, 1);
    Atomics.notify(life.cells, CELL.wake);
  }

  #emit(event: BoardEvent): void {
    this.events.push(event);
    for (const listener of [...this.#listeners]) listener(event);
  }

  #listens(port: number, real: number, ms: number): void {
    const first = !this.listening.has(port);
    this.listening.set(port, `127.0.0.1:${real}`);
    if (port !== 80) this.#emit({ event: 'log', text: `simulator: port ${port} is at 127.0.0.1:${real}` });
    if (port !== 80 || !first) return;
    this.#emit({ event: 'plug-up', url: `http://127.0.0.1:${real}`, ...this.#release(), ms: Math.round(ms) });
    this.#happened('plug-up');
  }

  #release(): { release?: number } {
    const head = join(this.options.flash, 'data', 'head');
    const found = existsSync(head) ? /^release (\d+)$/m.exec(readFileSync(head, 'latin1')) : null;
    return found === null ? {} : { release: Number(found[1]) };
  }

  #take(message: FromBoard, { network, watchdog }: Life): void {
    if (network.take(message)) return;
    const handlers: { [T in FromBoard['t']]?: (message: Message<T>) => void } = {
      line: ({ text }) => this.#emit(lineEvent(text)),
      started: ({ shims }) => {
        this.#shims = shims;
      },
      heap: (heap) => this.#heap(heap),
      prompt: (prompt) => this.#prompt(prompt),
      done: ({ id, error }) => this.#execs.get(id)?.(error),
      reset: ({ cause, uptime, wakeMs }) => void this.#again(cause, uptime + (wakeMs ?? 0)),
      cut: ({ op }) => void this.#cutAt(op),
      rtc: ({ hex }) => {
        this.#power = { ...this.#power, rtc: hex };
      },
      clock: ({ offset }) => {
        this.#power = { ...this.#power, clockOffset: offset };
      },
      held: ({ at }) => {
        this.#held = at;
        for (const resolve of this.#holds.splice(0)) resolve();
      },
      access: ({ on, ssid, password }) => this.#emit({ event: 'access-point', on, ssid, password }),
      joining: ({ ssid, hostname }) => this.#emit({ event: 'joining', ssid, hostname }),
      wdt: ({ ms }) => watchdog.start(ms),
      pin: ({ pin, value, ms }) => {
        this.#pins.set(pin, value);
        this.onPin?.(pin, value, ms);
      },
    };
    (handlers[message.t] as ((message: FromBoard) => void) | undefined)?.(message);
  }

  /** `grew`: the program wanted more memory than the board has, and got a MemoryError. */
  #heap({ used, free, exhausted }: Extract<FromBoard, { t: 'heap' }>): void {
    this.#emit({
      event: 'heap',
      shims: this.#shims,
      used: used - this.#shims,
      free,
      total: used - this.#shims + free,
    });
    if (exhausted > 0) this.#emit({ event: 'heap', grew: true, times: exhausted });
  }

  /** What was raised stays at the prompt; `alive` tells that timers go on, which may still reset the board. */
  #prompt({ error, alive }: Extract<FromBoard, { t: 'prompt' }>): void {
    if (error !== undefined) this.#emit({ event: 'log', text: error });
    this.#happened(alive ? 'alive' : 'prompt');
  }

  async #cutAt(op: number): Promise<void> {
    await this.cut();
    this.#emit({ event: 'log', text: `simulator: power cut at flash operation ${op}` });
    this.#happened('cut');
  }

  async #again(cause: number, uptime = 0): Promise<void> {
    const life = this.#life;
    if (life === undefined) return;
    await this.#stop();
    this.#power = {
      ...this.#power,
      cause,
      uptime: uptime || this.#power.uptime + performance.now() - life.began,
    };
    this.#emit({ event: 'reset', cause: CAUSES[cause] ?? 'soft' });
    await this.#start();
    this.#happened('reset');
  }

  async #stop(): Promise<void> {
    const life = this.#life;
    if (life === undefined) return;
    this.#life = undefined;
    addCounters(this.#totals, life);
    life.watchdog.stop();
    life.network.drop();
    await life.worker.terminate();
    life.port.close();
  }
}

function addCounters(totals: Record<keyof Counters, number>, { cells, network }: Life): void {
  for (const name of ['opens', 'reads', 'bytesRead', 'bytesWritten', 'flashOps'] as const) {
    totals[name] += Atomics.load(cells, CELL[name]);
  }
  for (const name of ['connects', 'txBytes', 'rxBytes'] as const) totals[name] += network.traffic[name];
}
