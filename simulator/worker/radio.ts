/** Wi-Fi: joins after a while, goes away and comes back when the test says so; and the board's own access point. */
import type { Chip } from '../chips.js';
import type { Access, Faults } from '../messages.js';
import type { EventLoop } from './event-loop.js';

const IDLE = 0;
const CONNECTING = 1;
const WRONG_PASSWORD = 2;
const NO_AP = 3;
const GOT_IP = 5;
const ACCESS_POINT = 1;
const JOIN_MS = 30;
/** How long a board looks for a network, or tries a password. */
const REFUSED_MS = 3000;
const SIGNAL = -55;
const KEY = -1000;

export class Radio {
  #active = [false, false];
  #status = IDLE;
  #up = true;
  #trying = false;
  #key = '';
  #air: readonly Access[] | undefined;
  ssid = '';
  /** What the router will know this board as. */
  hostname = 'esp8266';

  constructor(
    readonly loop: EventLoop,
    readonly faults: Faults,
    air: readonly Access[] | undefined,
    readonly chip: Chip,
  ) {
    this.#air = air;
    loop.on('wifi', ({ up }) => this.#set(up));
    loop.on('air', ({ air: other }) => {
      this.#air = other;
      this.#set(this.#up);
    });
    (faults.wifi ?? []).forEach(({ at, up }, index) => {
      loop.clock.schedule(KEY - 1 - index, at, () => this.#set(up));
    });
  }

  status(): number {
    return this.chip.status[this.#status] ?? this.#status;
  }

  /** True when packets can leave the board. */
  reachable(): boolean {
    return this.#status === GOT_IP || this.#active[ACCESS_POINT] === true;
  }

  active(which: number, on: number): boolean {
    if (on >= 0) this.#active[which] = on === 1;
    if (which === 0 && on === 0) this.#leave();
    return this.#active[which] ?? false;
  }

  /** The board's own network. */
  accessPoint(ssid: string, password: string): void {
    this.loop.post({ t: 'access', on: this.#active[ACCESS_POINT] === true, ssid, password });
  }

  /** False where the chip allows no second one before the first has joined or was given up. */
  connect(ssid: string, key: string): boolean {
    if (this.#isJoining()) return false;
    this.#trying = true;
    if (ssid !== '') {
      this.ssid = ssid;
      this.#key = key;
    }
    this.loop.post({ t: 'joining', ssid: this.ssid, hostname: this.hostname });
    this.#status = this.#up ? CONNECTING : NO_AP;
    this.#join();
    return true;
  }

  disconnect(): void {
    this.#leave();
  }

  scan(): boolean {
    if (this.#isJoining()) return false;
    const ms = this.faults.scanMs ?? (this.loop.clock.driven ? 2500 : 20);
    this.loop.wait(() => false, this.loop.clock.now() + ms);
    return true;
  }

  /** An ESP32 goes on trying, whatever its status says, until somebody disconnects. */
  #isJoining(): boolean {
    return this.chip.joinsAlone && this.#trying && this.#status !== GOT_IP;
  }

  /** One line for each network in sight: signal, way to get in, name. */
  seen(): string {
    if (!this.#up) return '';
    return (this.#air ?? [{ ssid: 'simulated', password: 'any' }])
      .map(({ ssid, password = '', rssi = SIGNAL, hidden = false }) =>
        [rssi, password === '' ? 0 : 4, hidden ? '' : ssid].join(' '),
      )
      .join('\n');
  }

  ip(which: number): string {
    return which === ACCESS_POINT || this.#status === GOT_IP ? '127.0.0.1' : '0.0.0.0';
  }

  #join(): void {
    const { joinMs = JOIN_MS } = this.faults;
    if (joinMs === 'never' || !this.#up) return;
    const result = this.#verdict();
    const ms = result === GOT_IP ? joinMs : REFUSED_MS;
    this.loop.clock.schedule(KEY, this.loop.clock.now() + ms, () => {
      this.#status = result;
    });
  }

  /** What joining comes to. */
  #verdict(): number {
    if (this.#air === undefined) return GOT_IP;
    const found = this.#air.filter(({ ssid }) => ssid === this.ssid);
    if (found.length === 0) return NO_AP;
    return found.some(({ password = '' }) => password === this.#key) ? GOT_IP : WRONG_PASSWORD;
  }

  #leave(): void {
    this.loop.clock.cancel(KEY);
    this.#trying = false;
    this.#status = IDLE;
  }

  #set(up: boolean): void {
    this.#up = up;
    const wanted = this.#status !== IDLE;
    this.loop.clock.cancel(KEY);
    if (wanted) this.#status = up ? CONNECTING : NO_AP;
    if (wanted && up) this.#join();
  }
}
