/** Wi-Fi: joins after a while, goes away and comes back when the test says so. */
import type { Faults } from '../messages.js';
import type { Hub } from './hub.js';

const IDLE = 0;
const CONNECTING = 1;
const NO_AP = 3;
const GOT_IP = 5;
const JOIN_MS = 30;
const KEY = -1000;

export class Radio {
  #active = [false, false];
  #status = IDLE;
  #up = true;
  ssid = '';
  /** What the router will know this board as. */
  hostname = 'esp8266';

  constructor(
    readonly hub: Hub,
    readonly faults: Faults,
  ) {
    hub.on('wifi', ({ up }) => this.#set(up));
    (faults.wifi ?? []).forEach(({ at, up }, index) => {
      hub.clock.schedule(KEY - 1 - index, at, () => this.#set(up));
    });
  }

  status(): number {
    return this.#status;
  }

  /** True when packets can leave the board. */
  reachable(): boolean {
    return this.#status === GOT_IP || this.#active[1] === true;
  }

  active(which: number, on: number): boolean {
    if (on >= 0) this.#active[which] = on === 1;
    if (which === 0 && on === 0) this.#leave();
    return this.#active[which] ?? false;
  }

  connect(ssid: string): void {
    if (ssid !== '') this.ssid = ssid;
    this.#status = this.#up ? CONNECTING : NO_AP;
    this.#join();
  }

  disconnect(): void {
    this.#leave();
  }

  scan(): void {
    const ms = this.faults.scanMs ?? (this.hub.clock.driven ? 2500 : 20);
    this.hub.wait(() => false, this.hub.clock.now() + ms);
  }

  ip(which: number): string {
    return which === 1 || this.#status === GOT_IP ? '127.0.0.1' : '0.0.0.0';
  }

  #join(): void {
    const { joinMs = JOIN_MS } = this.faults;
    if (joinMs === 'never' || !this.#up) return;
    this.hub.clock.schedule(KEY, this.hub.clock.now() + joinMs, () => {
      this.#status = GOT_IP;
    });
  }

  #leave(): void {
    this.hub.clock.cancel(KEY);
    this.#status = IDLE;
  }

  #set(up: boolean): void {
    this.#up = up;
    const wanted = this.#status !== IDLE;
    this.hub.clock.cancel(KEY);
    if (wanted) this.#status = up ? CONNECTING : NO_AP;
    if (wanted && up) this.#join();
  }
}
