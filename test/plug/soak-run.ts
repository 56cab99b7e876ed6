/**
 * A plug that lives through days on the driven clock. Its relay is recorded with the time of each change, and after each stretch
 * compared with the model at every minute and every switching point.
 */
import type { Test } from 'tap';
import type { Faults } from '../../simulator/messages.js';
import { Plug } from './plug-fixture.js';
import type { Days } from './soak-days.js';
import { Model, type Setting } from './soak-model.js';
import { TimeServer } from './time-server.js';
import { isoOf } from './wall-clock.js';

const MINUTE = 60_000;
/** Nothing happens so near to a full minute (ms): at a switching point two answers would be right. */
export const ASIDE = 10_000;
/** S1.60: a switching point may be so late. */
const LATE = 2000;
const RELAY = 12;
/** As in memory.test.ts: the goal is 38 KB. */
const HEAP = 48 * 1024;
/** Real ms for what takes seconds at most. */
const TIMEOUT_MS = 60_000;
const TICKS = 2 ** 30;

export interface Tally {
  /** Compared one by one. */
  minutes: number;
  /** Changes that the timers made, or the end of a choice. */
  switched: number;
}

export class SoakRun {
  readonly tally: Tally = { minutes: 0, switched: 0 };
  readonly model: Model;
  /** [ms since 2000, on], oldest first. */
  readonly #record: (readonly [number, boolean])[] = [];
  readonly #faults: { wifi?: NonNullable<Faults['wifi']> } = {};
  #plug: Plug | undefined;
  /** So many of the record are compared. */
  #seen = 0;
  /** When the power was switched on, and what time it is; ms since 2000. */
  #on = 0;
  now: number;
  /** When the plug learned the time, in the stretch that is not compared yet. */
  #learned: number | undefined;
  router = true;

  private constructor(readonly days: Days) {
    this.now = days.from * MINUTE + 17_300; // what looks once a minute should not look just behind it
    this.model = new Model(days.setting, days.from, days.to);
  }

  static async begin(t: Test, days: Days, mqttPort: number): Promise<SoakRun> {
    const life = new SoakRun(days);
    const server = await TimeServer.up(t, () => life.#asked());
    const { timers, zone } = days.setting;
    life.#plug = await Plug.make(t, {
      clock: 'driven',
      settings: {
        plug: { tz: zone.tz, zone: zone.name, ntp: ['127.0.0.1'] },
        timers,
        mqtt: { host: '127.0.0.1', port: mqttPort, main: 'home/plug' },
      },
      faults: life.#faults as Faults,
      hardware: { ports: { 123: server.port }, quiet: 2, heap: HEAP },
    });
    life.plug.board.onPin = (pin, value, ms) => {
      if (pin === RELAY) life.#note(life.#on + ms, value === 1);
    };
    await life.powerOn();
    return life;
  }

  get plug(): Plug {
    if (this.#plug === undefined) throw new Error('there is no plug yet');
    return this.#plug;
  }

  get minute(): number {
    return Math.floor(this.now / MINUTE);
  }

  async powerOn(): Promise<void> {
    const before = this.now;
    this.#on = before;
    await this.plug.up();
    this.now = await this.#time();
    this.#compare(before, this.now);
  }

  /** The power is away for so many minutes; meanwhile somebody may have laid down another plan. */
  async powerCut(minutes: number, setting: Setting | undefined): Promise<void> {
    await this.plug.board.cut();
    this.#note(this.now, false);
    this.#seen = this.#record.length;
    this.model.cut(this.minute, setting);
    if (setting !== undefined) {
      const { tz, name } = setting.zone;
      this.plug.lay('data/timers.json', JSON.stringify(setting.timers));
      this.plug.lay('data/plug.json', JSON.stringify({ tz, zone: name, ntp: ['127.0.0.1'] }));
    }
    this.now += minutes * MINUTE;
    await this.powerOn();
  }

  setRouter(up: boolean): void {
    this.router = up;
    this.#faults.wifi = up ? [] : [{ at: 0, up: false }]; // for boots during the outage
    this.plug.board.wifi(up);
  }

  /** Lets time pass, and compares what the relay did. `more`: changes that are not the timers' doing. */
  async until(time: number, more = 0): Promise<void> {
    const before = this.now;
    if (time <= before) return;
    await this.within(this.plug.advance(time - before), `time to pass until ${seconds(time)}`);
    this.now = time;
    this.#compare(before, time, more);
  }

  /** Moves away from a full minute. */
  async aside(): Promise<void> {
    const past = this.now % MINUTE;
    if (past < ASIDE) await this.until(this.now - past + ASIDE);
    if (past > MINUTE - ASIDE) await this.until(this.now - past + MINUTE + ASIDE);
  }

  /** A word on the page or at the broker: the relay has followed at once, and the timers wait. */
  chosen(on: boolean): void {
    this.model.choose(this.minute, on);
    this.#seen = this.#record.length;
    if (this.relay !== on) throw this.#wrong(this.now, on);
  }

  /** As it is now. */
  get relay(): boolean {
    return this.#record.at(-1)?.[1] ?? false;
  }

  #note(time: number, on: boolean): void {
    if (this.relay !== on) this.#record.push([time, on]);
  }

  #at(time: number): boolean {
    return this.#record.findLast(([at]) => at <= time)?.[1] ?? false;
  }

  /** Bytes of heap in use, after a collection. */
  heap(): Promise<number> {
    return this.#probe('heap', '(__import__("gc").collect(), __import__("gc").mem_alloc())[1]');
  }

  /** A plug that hangs should say where. */
  within<T>(what: Promise<T>, name: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(this.failed(`waited for ${name}`)), TIMEOUT_MS);
      what.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }

  /** Always the same words for the same question: each new one would stay in the board's memory for ever. */
  async #probe(name: string, expression: string): Promise<number> {
    const { board } = this.plug;
    const told = new Promise<number>((resolve) => {
      const stop = board.on(({ text }) => {
        if (typeof text !== 'string' || !text.startsWith(`soak ${name} `)) return;
        stop();
        resolve(Number(text.split(' ')[2]));
      });
    });
    board.probe(`print("soak ${name}", ${expression})`);
    return this.within(told, `the answer ${name}`);
  }

  /** What time it is on the board, whose clock may be on its way to where it was allowed to go. */
  async #time(): Promise<number> {
    const ticks = await this.#probe('time', '__import__("time").ticks_ms()');
    const least = Math.max(0, this.now - this.#on);
    return this.#on + least + ((((ticks - least) % TICKS) + TICKS) % TICKS);
  }

  async #asked(): Promise<number | undefined> {
    const time = await this.#time().catch(() => undefined); // it was reset meanwhile
    this.#learned ??= time;
    return time;
  }

  #compare(from: number, to: number, more = 0): void {
    const changes = this.#expected(from, to) + more;
    const told = this.#record.length - this.#seen;
    this.#seen = this.#record.length;
    this.tally.switched += changes - more;
    if (told !== changes) throw this.#wrong(to, this.relay, `${changes} changes expected, not ${told}.`);
  }

  /** How often the relay should have changed; on the way it is compared at each minute. */
  #expected(from: number, to: number): number {
    const learned = this.#learned;
    this.#learned = undefined;
    if (this.model.knows || learned === undefined) return this.#minutes(from, to);
    const minute = Math.floor(learned / MINUTE);
    const before = this.model.on(minute);
    const changes = this.#minutes(from, learned);
    this.model.learn(minute);
    return changes + Number(before !== this.model.on(minute)) + this.#minutes(learned, to);
  }

  #minutes(from: number, to: number): number {
    let was = this.model.on(Math.floor(from / MINUTE));
    let changes = 0;
    for (let minute = Math.floor(from / MINUTE) + 1; minute * MINUTE <= to; minute++) {
      const on = this.model.on(minute);
      if (on !== was) changes++;
      was = on;
      this.tally.minutes++;
      const time = Math.min(minute * MINUTE + LATE, to);
      if (this.#at(time) !== on) throw this.#wrong(time, on);
    }
    return changes;
  }

  #wrong(time: number, on: boolean, what = ''): Error {
    return this.failed(`at ${seconds(time)}Z the relay should be ${on ? 'on' : 'off'}. ${what}`);
  }

  /** With all that is needed to find out why. */
  failed(why: unknown, doing = ''): Error {
    const recent = this.#record.slice(-6).map(([at, on]) => `${seconds(at)} ${on ? 'on' : 'off'}`);
    const lines = this.plug
      .lines()
      .filter((line) => !line.startsWith('soak '))
      .slice(-15)
      .join('\n');
    const where = `seed ${this.days.seed}, ${doing} at ${seconds(this.now)}Z: ${why}`;
    return new Error(`${where}\n${recent.join(', ')}\n${this.model}\n${lines}`, { cause: why });
  }
}

function seconds(time: number): string {
  return `${isoOf(Math.floor(time / MINUTE))}:${((time % MINUTE) / 1000).toFixed(1)}`;
}
