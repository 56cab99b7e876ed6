/** The boards that provisioning knows, and how their flash is written. */
import { SoftOtaError } from '../errors.js';

export interface Board {
  /** What people call it. */
  readonly title: string;
  /** Firmware to download: the name on micropython.org. */
  readonly firmware: string;
  /** For `esptool write-flash`. */
  readonly flashSize: string;
  /** DOUT works with every flash chip; faster modes do not with those in many plugs. */
  readonly flashMode: string;
}

const ONE_MEGABYTE = { firmware: 'ESP8266_GENERIC-FLASH_1M', flashSize: '1MB', flashMode: 'dout' } as const;

const BOARDS: Readonly<Record<string, Board>> = {
  s20: { title: 'Sonoff S20', ...ONE_MEGABYTE },
  s26: { title: 'Sonoff S26', ...ONE_MEGABYTE },
  s31: { title: 'Sonoff S31', firmware: 'ESP8266_GENERIC', flashSize: '4MB', flashMode: 'dout' },
  oittm: { title: 'Oittm plug', ...ONE_MEGABYTE },
  pow: { title: 'Sonoff Pow', ...ONE_MEGABYTE },
};

export const BOARD_NAMES: readonly string[] = Object.keys(BOARDS);

/** @throws SoftOtaError config_invalid, naming those that are known */
export function boardOf(name: string): Board {
  const board = Object.hasOwn(BOARDS, name) ? BOARDS[name] : undefined;
  if (board !== undefined) return board;
  const known = BOARD_NAMES.join(', ');
  throw new SoftOtaError('config_invalid', `There is no board ${JSON.stringify(name)}. Known are: ${known}.`);
}
