/** The chips that a board can have, as far as programs see a difference. Another profile is another line here. */

export interface Chip {
  /** Bytes of heap of a stock firmware. */
  readonly heap: number;
  /** Blocks of 4096 bytes of the file system of a usual board. */
  readonly blocks: number;
  /** sys.path; `.frozen` has asyncio. */
  readonly path: readonly string[];
  /** Numbers of machine.Timer that exist; -1 stands for any number of them. */
  readonly timers: readonly number[];
  /** While a network is being joined, scan() and a second connect() raise OSError. */
  readonly joinsAlone: boolean;
  /** WLAN.status() for what an ESP8266 says as 0 … 5. */
  readonly status: readonly number[];
}

const KB = 1024;

export const CHIPS = {
  esp8266: {
    heap: 38 * KB,
    blocks: 99,
    path: ['', '/lib'],
    timers: [-1],
    joinsAlone: false,
    status: [0, 1, 2, 3, 4, 5],
  },
  esp32: {
    heap: 112 * KB,
    blocks: 512,
    path: ['', '.frozen', '/lib'],
    timers: [0, 1, 2, 3],
    joinsAlone: true,
    status: [1000, 1001, 202, 201, 203, 1010],
  },
} as const satisfies Record<string, Chip>;

export type ChipName = keyof typeof CHIPS;
export const CHIP_NAMES = Object.keys(CHIPS) as ChipName[];
