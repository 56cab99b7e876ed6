/** What follows when a board is given no Wi-Fi network. Pure. */
import type { DeviceFile } from '../build/compile/build-tree.js';
import { SoftOtaError } from '../errors.js';
import type { Network } from './wifi.js';

/** The plug's own setup, served from an access point of its own. */
const SETUP = /^plug\/portal\.m?py$/;

export interface WifiOptions {
  readonly wifi: readonly Network[];
  readonly noWifi?: boolean;
}

/**
 * Sentences for whoever provisions without a network.
 * @throws SoftOtaError config_invalid where such a board could never ask for an update, and nobody said that it is meant
 */
export function wifiNotes(files: readonly DeviceFile[], { wifi, noWifi = false }: WifiOptions): string[] {
  if (noWifi && wifi.length > 0) {
    throw new SoftOtaError('config_invalid', 'Give networks or --no-wifi, not both.');
  }
  if (wifi.length > 0) return [];
  if (files.some(({ path }) => SETUP.test(path))) {
    return [
      'No Wi-Fi network is given: the plug opens one of its own, called plug-…, and asks there for yours. Until then it gets no update.',
    ];
  }
  if (noWifi)
    return [
      'No Wi-Fi network is given: the program has to bring one to data/wifi.json, or no update arrives.',
    ];
  const message =
    'The board would know no Wi-Fi network, and its program has no page to enter one: it could never be updated.';
  throw new SoftOtaError(
    'config_invalid',
    `${message} Give --wifi SSID:PASSWORD or --wifi-file FILE, or mean it with --no-wifi.`,
  );
}
