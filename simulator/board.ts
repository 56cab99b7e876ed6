/**
 * A whole board without hardware: power it, watch its events, press its button, cut its power. Each boot is a new VM, the
 * real MicroPython, in a thread; a reset ends it at once, so nothing can run after it.
 */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Controls } from './controls.js';
import { type BootData, CELL, type FromBoard, type ToBoard } from './messages.js';
import { Network } from './network.js';
import {
  type BoardOptions,
  bootData,
  type Counters,
  DEFAULT_FLASH_HEAP,
  DEFAULT_VM,
  type Outcome,
  type Power,
  powerOn,
  type Until,
} from './options.js';
import { type BootEvent, Waiting } from './outcome.js';
import { noCounts, PowerCycle } from './power-cycle.js';
import { installedRelease, Reports } from './reports.js';
import { Thread } from './thread.js';
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

type Message<T extends FromBoard['t']> = Extract<FromBoard, { t: T }>;

export class Board extends Controls {
  /** Where a port of the board is on this machine: board port → `127.0.0.1:port`. */
  readonly listening = new Map<number, string>();
  readonly #reports = new Reports();
  readonly #totals = noCounts();
  #power: Power;
  #cycle: PowerCycle | undefined;
  #waiting: Waiting | undefined;
  #cuts = 0;
  #isOn = false;
  #boots = 0;

  constructor(readonly options: BoardOptions) {
    super();
    this.#power = powerOn(options);
  }

  /** The address of the board's web page, once something listens on its port 80. */
  get url(): string | undefined {
    const at = this.listening.get(80);
    return at === undefined ? undefined : `http://${at}`;
  }

  /** Sums over all boots of this board. `txBytes` and `rxBytes` count what TCP carries, without headers. */
  get counters(): Counters {
    const now = { ...this.#totals };
    this.#cycle?.addTo(now);
    return now;
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
    this.#waiting?.dropped();
    this.#waiting = waiting;
    if (!this.#isOn) {
      this.#isOn = true; // at once: who hears of the boot may wait for its end, and must not start another
      await this.#start();
    }
    return waiting.result;
  }

  /** The reset button: RTC memory and the clock live on. */
  async reset(): Promise<void> {
    await this.#again(RESET_PIN);
  }

  /** The power goes: everything but the flash is lost. `boot` switches it on again. */
  async cut(): Promise<void> {
    this.#cuts += 1;
    this.#isOn = false;
    await this.#stop();
    this.#power = powerOn(this.options);
    this.held.clear();
    this.#happened('cut');
  }

  async #start(): Promise<void> {
    const { vm: version = DEFAULT_VM, flashHeap = DEFAULT_FLASH_HEAP } = this.options;
    const cuts = this.#cuts;
    const build = await vm(version, flashHeap);
    if (cuts !== this.#cuts) return;
    const boot = ++this.#boots;
    const cause = CAUSES[this.#power.cause] ?? 'power';
    this.emit({ event: 'boot', boot, cause, ...installedRelease(this.options.flash) });
    this.listening.clear();
    const { port1: port, port2 } = new MessageChannel();
    const cells = new Int32Array(new SharedArrayBuffer(CELL.count * Int32Array.BYTES_PER_ELEMENT));
    const thread = Thread.take();
    const watchdog = new Watchdog(cells, () => void this.#again(WATCHDOG));
    const cycle = new PowerCycle({ thread, port, cells, network: this.#network(), watchdog });
    this.#cycle = cycle;
    port.on('message', (message: FromBoard) => {
      if (this.#cycle === cycle) this.#take(message, cycle);
    });
    thread.boot(this.#bootData(build, port2, cells), (error) => {
      this.say(error.stack ?? error.message);
      this.#happened('failed');
    });
  }

  #bootData(build: Vm, port: MessagePort, cells: Int32Array): BootData {
    const options = this.latestAir === undefined ? this.options : { ...this.options, air: this.latestAir };
    return bootData(options, this.#power, this.held.until, this.onFlash !== undefined, build, port, cells);
  }

  #happened(happening: BootEvent): void {
    this.#waiting?.happened(happening);
  }

  #network(): Network {
    const { allow = [], hosts = {}, ports = {} } = this.options;
    return new Network(
      { allow, hosts, ports },
      (message) => this.post(message),
      (port, real, ms) => this.#listens(port, real, ms),
      (ip) => this.say(`traffic to ${ip} is not allowed`),
    );
  }

  protected override post(message: ToBoard): void {
    this.#cycle?.post(message);
  }

  #listens(port: number, real: number, ms: number): void {
    const first = !this.listening.has(port);
    this.listening.set(port, `127.0.0.1:${real}`);
    if (port !== 80) this.say(`port ${port} is at 127.0.0.1:${real}`);
    if (port !== 80 || !first) return;
    this.emit({
      event: 'plug-up',
      url: `http://127.0.0.1:${real}`,
      ...installedRelease(this.options.flash),
      ms: Math.round(ms),
    });
    this.#happened('plug-up');
  }

  #take(message: FromBoard, cycle: PowerCycle): void {
    const { network, watchdog } = cycle.parts;
    if (network.take(message) || this.answered(message)) return;
    for (const event of this.#reports.of(message)) this.emit(event);
    const handlers: { [T in FromBoard['t']]?: (message: Message<T>) => void } = {
      // `alive` tells that timers go on, which may still reset the board.
      prompt: ({ alive }) => this.#happened(alive ? 'alive' : 'prompt'),
      reset: ({ cause, uptime, wakeMs }) => void this.#again(cause, uptime + (wakeMs ?? 0)),
      cut: ({ op }) => void this.#cutAt(op),
      rtc: ({ hex: rtc }) => this.#keep({ rtc }),
      clock: ({ offset: clockOffset }) => this.#keep({ clockOffset }),
      wdt: ({ ms }) => watchdog.start(ms),
      turn: () => void cycle.turn(this.options.quiet !== undefined),
    };
    (handlers[message.t] as ((message: FromBoard) => void) | undefined)?.(message);
  }

  /** What lives through a reset. */
  #keep(change: Partial<Power>): void {
    this.#power = { ...this.#power, ...change };
  }

  async #cutAt(op: number): Promise<void> {
    await this.cut();
    this.say(`power cut at flash operation ${op}`);
  }

  async #again(cause: number, uptime = 0): Promise<void> {
    const cycle = this.#cycle;
    if (cycle === undefined) return;
    const cuts = this.#cuts;
    await this.#stop();
    if (cuts !== this.#cuts) return; // the power went meanwhile: nothing may start again
    const { uptime: before, flashOps } = this.#power;
    this.#keep({ cause, uptime: uptime || before + cycle.age, flashOps: flashOps + cycle.flashOps });
    this.emit({ event: 'reset', cause: CAUSES[cause] ?? 'soft' });
    await this.#start();
    this.#happened('reset');
  }

  async #stop(): Promise<void> {
    const cycle = this.#cycle;
    if (cycle === undefined) return;
    this.#cycle = undefined;
    cycle.addTo(this.#totals);
    await cycle.end();
  }
}
