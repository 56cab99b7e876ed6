/**
 * A whole board without hardware: power it, watch its events, press its button, cut its power. Each boot is one worker thread with
 * the real MicroPython in it; a reset ends that thread, so nothing can run after it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { type BoardEvent, lineEvent } from './events.js';
import { type BootData, CELL, type Faults, type FromBoard, type ToBoard } from './messages.js';
import { Network } from './network.js';
import { type VmVersion, vm } from './vm.js';

export interface BoardOptions {
  /** The folder that is the flash. It is created when it does not exist. */
  readonly flash: string;
  readonly vm?: VmVersion;
  /** Bytes of heap that the board has beside what the simulator's own modules take (default 38 KB, as an ESP8266). */
  readonly heap?: number;
  /** `driven`: waits jump to the next thing that is due, so that weeks pass in a moment. */
  readonly clock?: 'real' | 'driven';
  readonly fs?: 'littlefs' | 'fat';
  /** Size of the flash in 4096-byte blocks (default 99: a 1 MB board). */
  readonly blocks?: number;
  /** machine.unique_id() as 8 hex digits. */
  readonly id?: string;
  /** Levels of pins at power-on; a button to ground with a pull-up is 1. Default {0: 1}. */
  readonly pins?: Readonly<Record<number, number>>;
  readonly faults?: Faults;
  /** Addresses outside 127.0.0.0/8 that the board may talk to. */
  readonly allow?: readonly string[];
  /** Names with fixed addresses, in place of a real look-up. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** Outgoing ports that are other ones on this machine: {123: 41230}. */
  readonly ports?: Readonly<Record<number, number>>;
}

export type Until = 'plug-up' | 'prompt' | 'reset' | number;
/** Why `boot` came back: what was waited for, or what came in its place. `failed` is a fault of the simulator. */
export type Outcome = 'plug-up' | 'prompt' | 'reset' | 'cut' | 'time' | 'timeout' | 'failed';

export interface Counters {
  readonly opens: number;
  readonly reads: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  readonly flashOps: number;
  readonly connects: number;
  readonly txBytes: number;
  readonly rxBytes: number;
}

const CAUSES: Readonly<Record<number, string>> = {
  0: 'power',
  1: 'watchdog',
  4: 'soft',
  5: 'deepsleep',
  6: 'reset',
};
const HEAP = 38 * 1024;
const BLOCKS = 99;
const PYSTACK = 1024;
const TIMEOUT_MS = 60_000;
const ROOT = (() => {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
})();

interface Power {
  cause: number;
  uptime: number;
  rtc: string;
  clockOffset: number;
}

interface Life {
  readonly worker: Worker;
  readonly port: MessagePort;
  readonly cells: Int32Array;
  readonly network: Network;
  readonly began: number;
}

export class Board {
  /** Everything that has happened, oldest first. */
  readonly events: BoardEvent[] = [];
  /** Where a port of the board is on this machine: board port → `127.0.0.1:port`. */
  readonly listening = new Map<number, string>();
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
  #power: Power = { cause: 0, uptime: 0, rtc: '', clockOffset: 0 };
  #life: Life | undefined;
  #settle: ((outcome: Outcome | 'alive') => void) | undefined;
  #boots = 0;
  #next = 0;
  #shims = 0;

  constructor(readonly options: BoardOptions) {}

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
    const limit = typeof until === 'number' ? until : timeout;
    return new Promise<Outcome>((resolve, reject) => {
      const timer = setTimeout(() => settle(typeof until === 'number' ? 'time' : 'timeout'), limit);
      const settle = (got: Outcome | 'alive'): void => {
        if (got === 'alive' && until !== 'prompt') return;
        const outcome = got === 'alive' ? 'prompt' : got;
        if (outcome === 'reset' && until !== 'reset') return;
        if (outcome === 'plug-up' && until !== 'plug-up') return;
        if (outcome === 'prompt' && typeof until === 'number') return;
        clearTimeout(timer);
        this.#settle = undefined;
        resolve(outcome);
      };
      this.#settle = settle;
      if (this.#life === undefined) this.#start().catch(reject);
    });
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

  /** The reset button: RTC memory and the clock live on. */
  async reset(): Promise<void> {
    await this.#again(6);
  }

  /** The power goes: everything but the flash is lost. `boot` switches it on again. */
  async cut(): Promise<void> {
    await this.#stop();
    this.#power = { cause: 0, uptime: 0, rtc: '', clockOffset: 0 };
  }

  async #start(): Promise<void> {
    const { options } = this;
    const { loader, module, shimHeap } = await vm(options.vm ?? '1.27');
    const { port1, port2 } = new MessageChannel();
    const cells = new Int32Array(new SharedArrayBuffer(CELL.count * 4));
    const power = this.#power;
    const data: BootData = {
      port: port2,
      cells,
      loader,
      module,
      vm: `${options.vm ?? '1.27'}.0`,
      python: join(ROOT, 'simulator', 'python'),
      flash: options.flash,
      fs: options.fs ?? 'littlefs',
      blocks: options.blocks ?? BLOCKS,
      heap: (options.heap ?? HEAP) + shimHeap,
      pystack: PYSTACK,
      driven: options.clock === 'driven',
      cause: power.cause,
      uptime: power.uptime,
      clockOffset: power.clockOffset,
      rtc: power.rtc,
      uniqueId: Number.parseInt(options.id ?? '7c9ebd11', 16) | 0,
      pins: options.pins ?? { 0: 1 },
      faults: options.faults ?? {},
    };
    this.#emit({
      event: 'boot',
      boot: ++this.#boots,
      cause: CAUSES[power.cause] ?? 'power',
      ...this.#release(),
    });
    this.listening.clear();
    const worker = new Worker(new URL('./worker/main.js', import.meta.url), {
      workerData: data,
      transferList: [port2],
    });
    const life: Life = { worker, port: port1, cells, network: this.#network(), began: performance.now() };
    this.#life = life;
    port1.on('message', (message: FromBoard) => {
      if (this.#life === life) this.#take(message);
    });
    worker.on('error', (error) => {
      this.#emit({ event: 'log', text: `simulator: ${error.stack ?? error.message}` });
      this.#settle?.('failed');
    });
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
    if (port !== 80)
      return this.#emit({ event: 'log', text: `simulator: port ${port} is at 127.0.0.1:${real}` });
    if (!first) return;
    this.#emit({ event: 'plug-up', url: `http://127.0.0.1:${real}`, ...this.#release(), ms: Math.round(ms) });
    this.#settle?.('plug-up');
  }

  #release(): { release?: number } {
    const head = join(this.options.flash, 'data', 'head');
    const found = existsSync(head) ? /^release (\d+)$/m.exec(readFileSync(head, 'latin1')) : null;
    return found === null ? {} : { release: Number(found[1]) };
  }

  #take(message: FromBoard): void {
    const network = this.#life?.network;
    if (network === undefined) return;
    switch (message.t) {
      case 'line':
        return this.#emit(lineEvent(message.text));
      case 'started':
        this.#shims = message.shims;
        return;
      case 'heap':
        return this.#heap(message);
      case 'prompt':
        return this.#prompt(message);
      case 'done':
        this.#execs.get(message.id)?.(message.error);
        return;
      case 'reset':
        return void this.#again(message.cause, message.uptime);
      case 'cut':
        return void this.#cutAt(message.op);
      case 'rtc':
        this.#power.rtc = message.hex;
        return;
      case 'clock':
        this.#power.clockOffset = message.offset;
        return;
      case 'pin':
        this.#pins.set(message.pin, message.value);
        return;
      case 'lookup':
        return network.lookup(message);
      case 'connect':
        return network.connect(message);
      case 'listen':
        return network.listen(message);
      case 'bind':
        return network.bind(message);
      case 'send':
        return network.send(message);
      case 'sendto':
        return network.sendto(message);
      case 'eaten':
        return network.eaten(message);
      case 'close':
        return network.close(message);
    }
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
    this.#settle?.(alive ? 'alive' : 'prompt');
  }

  async #cutAt(op: number): Promise<void> {
    await this.cut();
    this.#emit({ event: 'log', text: `simulator: power cut at flash operation ${op}` });
    this.#settle?.('cut');
  }

  async #again(cause: number, uptime = 0): Promise<void> {
    const began = this.#life?.began ?? performance.now();
    await this.#stop();
    this.#power.cause = cause;
    this.#power.uptime = uptime || this.#power.uptime + performance.now() - began;
    this.#emit({ event: 'reset', cause: CAUSES[cause] ?? 'soft' });
    await this.#start();
    this.#settle?.('reset');
  }

  async #stop(): Promise<void> {
    const life = this.#life;
    if (life === undefined) return;
    this.#life = undefined;
    addCounters(this.#totals, life);
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
