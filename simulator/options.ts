/** What a board can be asked to be, and what one boot of it is given. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MessagePort } from 'node:worker_threads';
import { CHIPS, type ChipName } from './chips.js';
import type { Access, BootData, Faults, Statvfs } from './messages.js';
import type { Vm, VmVersion } from './vm.js';
import type { Littlefs } from './worker/moving.js';

export interface BoardOptions {
  /** The folder that is the flash. It is created when it does not exist. */
  readonly flash: string;
  readonly vm?: VmVersion;
  /** What the board is (default esp8266): its timers, its radio, the size of its heap and flash. */
  readonly chip?: ChipName;
  /** Bytes of heap that the board has beside what the simulator's own modules take (default: that of the chip, 38 KB for an ESP8266). */
  readonly heap?: number;
  /** `driven`: waits jump to the next thing that is due, so that weeks pass in a moment. */
  readonly clock?: 'real' | 'driven';
  /** Milliseconds that the clock shows at power-on (default 0), to test what wraps after 12 days. */
  readonly uptime?: number;
  /** The driven clock stops as soon as something listens on port 80; then `Board.advance` moves it. */
  readonly hold?: boolean;
  /**
   * Real ms that a driven clock stands still after an answer from the network, for more of it. Without it, up to two seconds. Small
   * where peers answer in one piece, and days of questions have to pass.
   */
  readonly quiet?: number;
  readonly fs?: 'littlefs' | 'fat';
  /** Which littlefs: what a power cut inside a rename from one folder to another shows (worker/moving.ts). */
  readonly littlefs?: Littlefs;
  /** The flash takes its part of the heap, as on a board: 1.65 KB when it is mounted, 0.25 KB an open file. */
  readonly flashHeap?: boolean;
  /** What statvfs says: `littlefs` counts each folder for used once more than it is, as boards do; `exact` does not. */
  readonly statvfs?: Statvfs;
  /** Size of the flash in 4096-byte blocks (default: that of the chip, 99 for an ESP8266 with 1 MB). */
  readonly blocks?: number;
  /** machine.unique_id() as 8 hex digits. */
  readonly id?: string;
  /** Levels of pins at power-on; a button to ground with a pull-up is 1. Default {0: 1}. */
  readonly pins?: Readonly<Record<number, number>>;
  readonly faults?: Faults;
  /** The networks in the air; without it any one can be joined, with any password. */
  readonly air?: readonly Access[];
  /** Addresses outside 127.0.0.0/8 that the board may talk to. */
  readonly allow?: readonly string[];
  /** Names with fixed addresses, in place of a real look-up. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** Outgoing ports that are other ones on this machine: {123: 41230}; 0: datagrams go nowhere. */
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

/** What lives through a reset, and dies with the power. */
export interface Power {
  /** machine.reset_cause() */
  readonly cause: number;
  /** Milliseconds since power-on. */
  readonly uptime: number;
  /** RTC memory in hex. */
  readonly rtc: string;
  readonly clockOffset: number;
  /** Operations of the flash since power-on. */
  readonly flashOps: number;
}

export function powerOn({ uptime = 0 }: Pick<BoardOptions, 'uptime'>): Power {
  return { cause: 0, uptime, rtc: '', clockOffset: 0, flashOps: 0 };
}

export const DEFAULT_VM: VmVersion = '1.27';
/** The newest: what it hides shows most. */
export const DEFAULT_LITTLEFS: Littlefs = '2.11';
/** With it, today's plug with everything on does not fit into 38 KB. */
export const DEFAULT_FLASH_HEAP = false;
/** A client that does not know it refuses what fits. */
export const DEFAULT_STATVFS: Statvfs = 'littlefs';
const DEFAULT_CHIP: ChipName = 'esp8266';
/** Words of Python stack: more than recursion can use before the C stack ends it. */
const PYSTACK = 1024;
const ID = '7c9ebd11';
const ROOT = packageRoot();

function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

export function bootData(
  options: BoardOptions,
  power: Power,
  until: number,
  watched: boolean,
  vm: Vm,
  port: MessagePort,
  cells: Int32Array,
): BootData {
  const chip = options.chip ?? DEFAULT_CHIP;
  return {
    port,
    cells,
    loader: vm.loader,
    module: vm.module,
    vm: `${options.vm ?? DEFAULT_VM}.0`,
    chip,
    python: join(ROOT, 'simulator', 'python'),
    flash: options.flash,
    fs: options.fs ?? 'littlefs',
    littlefs: options.littlefs ?? DEFAULT_LITTLEFS,
    flashHeap: options.flashHeap ?? DEFAULT_FLASH_HEAP,
    statvfs: options.statvfs ?? DEFAULT_STATVFS,
    blocks: options.blocks ?? CHIPS[chip].blocks,
    heap: (options.heap ?? CHIPS[chip].heap) + vm.shimHeap,
    pystack: PYSTACK,
    air: options.air,
    driven: options.clock === 'driven',
    quiet: options.quiet,
    hold: options.hold === true ? until : undefined,
    uniqueId: Number.parseInt(options.id ?? ID, 16) | 0,
    pins: options.pins ?? { 0: 1 },
    faults: options.faults ?? {},
    watched,
    ...power,
  };
}
