/**
 * What crosses the border between the board's worker and the main thread, and the memory that they share.
 * The worker blocks in `Atomics.wait` on WAKE and reads its messages synchronously; until the boot ends nothing else runs in it.
 */
import type { MessagePort } from 'node:worker_threads';
import type { ChipName } from './chips.js';
import type { Littlefs, Moving } from './worker/moving.js';

/** Indexes into the shared Int32Array. */
export const CELL = {
  wake: 0,
  opens: 1,
  reads: 2,
  bytesRead: 3,
  bytesWritten: 4,
  flashOps: 5,
  wdtBeat: 6,
  /** Not 0: the power is off. */
  over: 7,
  count: 8,
} as const;

/** Bytes a TCP socket of the board may hold before the sender has to wait: the receive window of lwIP on ESP8266. */
export const WINDOW = 5840;
/** Bytes a TCP socket of the board may have on the way: two segments, as in the ESP8266 build. */
export const SEND_BUFFER = 2920;

export type Statvfs = 'littlefs' | 'exact';

/** A network in the air. */
export interface Access {
  readonly ssid: string;
  /** Empty or missing: open. */
  readonly password?: string;
  /** Signal in dBm (default -55). */
  readonly rssi?: number;
  /** Not named in a scan. */
  readonly hidden?: boolean;
}

export interface Faults {
  /** Power fails at this flash operation since it came on (1 = the first; a reset does not begin anew). The operation does not happen. */
  cutAt?: number;
  /** From this flash operation on nothing more has room. */
  fullAt?: number;
  /** These files are stored with their first byte wrong, as on a worn flash. */
  worn?: readonly string[];
  /** These files read back with their first byte wrong, as from a worn flash. */
  readBack?: readonly string[];
  /** Milliseconds until an answer of the name server; a board may wait 19 s. */
  dnsDelay?: number;
  /** Milliseconds from connect() to an address (default 30), or never. */
  joinMs?: number | 'never';
  /** Times on the board's clock (ms since power-on) at which the radio goes away and comes back. */
  wifi?: readonly { readonly at: number; readonly up: boolean }[];
  /** Milliseconds that WLAN.scan() blocks (default 2500 on a driven clock, 20 on a real one). */
  scanMs?: number;
}

/** One change of the flash: a new content, a new place, a folder, or, with nothing of them, the end of it. */
export interface FlashChange {
  /** Operations since power-on, with this one. */
  readonly op: number;
  /** Without a slash in front. */
  readonly path: string;
  readonly bytes?: Uint8Array;
  readonly to?: string;
  readonly folder?: true;
  /** The new place has only the first of two commits (littlefs, from one folder to another) … */
  readonly moving?: Moving;
  /** … and this was the second one. */
  readonly settled?: true;
}

export interface Nap {
  readonly cause: number;
  readonly uptime: number;
}

export interface BootData {
  readonly port: MessagePort;
  readonly cells: Int32Array;
  readonly vm: string;
  readonly chip: ChipName;
  readonly module: WebAssembly.Module;
  readonly loader: string;
  readonly python: string;
  readonly flash: string;
  readonly fs: 'littlefs' | 'fat';
  readonly littlefs: Littlefs;
  readonly flashHeap: boolean;
  readonly statvfs: Statvfs;
  readonly blocks: number;
  readonly heap: number;
  readonly pystack: number;
  /** Missing: every network is there, with any password. */
  readonly air: readonly Access[] | undefined;
  readonly driven: boolean;
  /** Real ms that a driven clock gives an answer to go on. */
  readonly quiet: number | undefined;
  /** When something listens on port 80 the driven clock stops, and goes on to this moment (ms since power-on) only. */
  readonly hold: number | undefined;
  readonly cause: number;
  /** Milliseconds since power-on at which this boot begins. */
  readonly uptime: number;
  /** Seconds between the board's wall clock (epoch 2000) and its uptime. */
  readonly clockOffset: number;
  readonly rtc: string;
  /** Flash operations since power-on before this boot. */
  readonly flashOps: number;
  readonly uniqueId: number;
  /** Tell each change of the flash. */
  readonly watched: boolean;
  readonly pins: Readonly<Record<number, number>>;
  readonly faults: Faults;
}

export type ToBoard =
  | { t: 'pin'; pin: number; value: number }
  | { t: 'press'; pin: number; ms: number; level: number }
  | { t: 'wifi'; up: boolean }
  | { t: 'exec'; id: number; code: string }
  | { t: 'probe'; code: string }
  | { t: 'advance'; to: number }
  | { t: 'turned' }
  | { t: 'air'; air: readonly Access[] }
  | { t: 'dns'; id: number; ip: string }
  | { t: 'connected'; id: number }
  | { t: 'data'; id: number; bytes: Uint8Array }
  | { t: 'datagram'; id: number; bytes: Uint8Array; ip: string; port: number }
  | { t: 'sent'; id: number; bytes: number }
  /** A datagram was not sent: nobody can answer it. */
  | { t: 'lost' }
  | { t: 'end'; id: number }
  | { t: 'failed'; id: number; errno: number }
  | { t: 'accepted'; id: number; child: number; ip: string; port: number };

export type FromBoard =
  | { t: 'line'; text: string }
  | { t: 'started'; shims: number; total: number }
  | { t: 'heap'; free: number; used: number; exhausted: number }
  | { t: 'prompt'; alive: boolean; error?: string }
  | { t: 'done'; id: number; error?: string }
  | { t: 'held'; at: number }
  | { t: 'turn' }
  | { t: 'access'; on: boolean; ssid: string; password: string }
  | { t: 'joining'; ssid: string; hostname: string }
  | { t: 'flash'; change: FlashChange }
  | { t: 'reset'; cause: number; uptime: number; wakeMs?: number }
  | { t: 'cut'; op: number }
  | { t: 'rtc'; hex: string }
  | { t: 'clock'; offset: number }
  | { t: 'wdt'; ms: number }
  | { t: 'pin'; pin: number; value: number; ms: number }
  | { t: 'socket'; id: number; kind: 'tcp' | 'udp' }
  | { t: 'lookup'; id: number; host: string; delay: number }
  | { t: 'connect'; id: number; ip: string; port: number }
  | { t: 'listen'; id: number; port: number; ms: number }
  | { t: 'bind'; id: number; port: number }
  | { t: 'send'; id: number; bytes: Uint8Array }
  | { t: 'sendto'; id: number; bytes: Uint8Array; ip: string; port: number }
  | { t: 'eaten'; id: number; bytes: number }
  | { t: 'close'; id: number };
