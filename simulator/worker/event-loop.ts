/**
 * The one place where the board's thread waits. A wait ends when what is waited for is there, or its time is over; in the
 * meantime messages of the main thread are taken in, and timers and interrupts run, as they do on a board that sleeps.
 */
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { CELL, type FromBoard, type ToBoard } from '../messages.js';
import type { Clock } from './clock.js';
import { Ended } from './ended.js';

export class EventLoop {
  /** Real time (ms) until which a driven clock must not jump, because the network may still answer. */
  busyUntil = 0;
  /** Real ms for more after an answer; undefined: as long as for the answer itself. */
  quiet: number | undefined;
  readonly #handlers = new Map<ToBoard['t'], (message: never) => void>();
  readonly #pending: number[] = [];
  #masked = 0;
  #held = -1;
  #woken = 0;
  /** Whether the main thread has to be asked for a turn before the clock may jump. */
  #turn: 'none' | 'due' | 'asked' = 'none';
  #call: ((key: number) => void) | undefined;
  #failed: (text: string) => void = () => undefined;

  constructor(
    readonly port: MessagePort,
    readonly cells: Int32Array,
    readonly clock: Clock,
  ) {
    this.on('advance', ({ to }) => {
      clock.limit = Math.max(to, clock.now());
    });
    this.on('turned', () => {
      this.#turn = 'none';
    });
  }

  post(message: FromBoard): void {
    this.port.postMessage(message);
  }

  on<T extends ToBoard['t']>(type: T, handler: (message: Extract<ToBoard, { t: T }>) => void): void {
    this.#handlers.set(type, handler as (message: never) => void);
  }

  /** `call` runs the Python handler that belongs to a key; `failed` gets the traceback of one that raised. */
  bind(call: (key: number) => void, failed: (text: string) => void): void {
    this.#call = call;
    this.#failed = failed;
  }

  /** Asks for a handler to run as soon as Python can: on a board that is mp_sched_schedule. */
  interrupt(key: number): void {
    if (!this.#pending.includes(key)) this.#pending.push(key);
  }

  /** A handler that was asked for but has not run will not run. */
  forget(key: number): void {
    const at = this.#pending.indexOf(key);
    if (at >= 0) this.#pending.splice(at, 1);
  }

  mask(masked: boolean): number {
    const before = this.#masked;
    this.#masked = masked ? 1 : 0;
    return before;
  }

  /** Takes in what has happened, without waiting. */
  runPending(): void {
    this.checkAlive();
    // the counter goes up after each message: when it has not, there is none, and to look costs more than most calls
    const woken = Atomics.load(this.cells, CELL.wake);
    if (woken !== this.#woken) this.#takeIn();
    this.#woken = woken;
    this.clock.runDue();
    this.#runHandlers();
  }

  #takeIn(): void {
    for (let got = receiveMessageOnPort(this.port); got; got = receiveMessageOnPort(this.port)) {
      const message = got.message as ToBoard;
      this.#handlers.get(message.t)?.(message as never);
    }
  }

  /** True when `ready` became true before `deadline` (ms on the board's clock). */
  wait(ready: () => boolean, deadline: number): boolean {
    for (;;) {
      const seen = Atomics.load(this.cells, CELL.wake);
      this.runPending();
      if (ready()) return true;
      if (this.clock.now() >= deadline) return false;
      this.#pause(seen, Math.min(deadline, this.clock.nextDue()));
    }
  }

  /** Nothing of this boot runs after this. */
  halt(message: FromBoard): never {
    this.post(message);
    throw new Ended();
  }

  /** The power may have gone. */
  checkAlive(): void {
    if (Atomics.load(this.cells, CELL.over) !== 0) throw new Ended();
  }

  #pause(seen: number, until: number): void {
    if (!this.clock.driven) {
      Atomics.wait(this.cells, CELL.wake, seen, until - this.clock.now());
      return;
    }
    const { limit } = this.clock;
    if (until > limit && this.clock.now() >= limit) {
      this.#hold(seen, limit);
      return;
    }
    const quiet = this.busyUntil - performance.now();
    if (this.#turning(quiet > 0)) {
      Atomics.wait(this.cells, CELL.wake, seen);
      return;
    }
    const to = Math.min(until, limit);
    const patience = quiet > 0 ? quiet : to === Number.POSITIVE_INFINITY ? to : 0;
    if (Atomics.wait(this.cells, CELL.wake, seen, patience) === 'timed-out') this.clock.jump(to);
  }

  /**
   * True while the main thread has not been idle since the network was busy. A server that lives there may be slower than any time
   * that one could wait: on a loaded machine, its answer is late, but still before such a turn.
   */
  #turning(busy: boolean): boolean {
    if (!busy && this.#turn === 'due') {
      this.#turn = 'asked';
      this.post({ t: 'turn' });
    }
    if (busy && this.#turn === 'none') this.#turn = 'due';
    return !busy && this.#turn === 'asked';
  }

  /** The clock stands still until it may go on; messages are taken in as ever. */
  #hold(seen: number, limit: number): void {
    if (this.#held !== limit) this.post({ t: 'held', at: limit });
    this.#held = limit;
    Atomics.wait(this.cells, CELL.wake, seen);
  }

  #runHandlers(): void {
    while (this.#masked === 0 && this.#call !== undefined) {
      const key = this.#pending.shift();
      if (key === undefined) return;
      this.#masked = 1;
      this.#run(this.#call, key);
      this.#masked = 0;
    }
  }

  #run(call: (key: number) => void, key: number): void {
    try {
      call(key);
    } catch (error) {
      if (error instanceof Ended) throw error;
      this.#failed(error instanceof Error ? error.message : String(error));
    }
  }
}
