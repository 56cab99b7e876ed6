/** Wi-Fi networks as they are given. Passwords are never part of an error. */
import { SoftOtaError } from '../errors.js';

export type Network = readonly [ssid: string, password: string];

/** How `--wifi` is written, for --help. */
export const WIFI_NOTES = `--wifi is split at its first colon: everything behind it is the password. A colon in the SSID is written \\:
and a backslash \\\\. An open network has nothing behind the colon. What stands on a command line may be kept in the shell's
history; --wifi-file takes {"networks": [["SSID", "PASSWORD"], ...]} instead, the form of data/wifi.json on the board.`;

/**
 * `SSID:PASSWORD`, with `\:` and `\\` in the SSID.
 * @throws SoftOtaError config_invalid
 */
export function parseWifi(text: string): Network {
  const [, ssid, password] = /^((?:[^\\:]|\\[\\:])*):(.*)$/s.exec(text) ?? [];
  if (ssid === undefined || password === undefined) {
    throw new SoftOtaError('config_invalid', '--wifi needs SSID:PASSWORD, with \\: for a colon in the SSID.');
  }
  return checkNetwork([ssid.replaceAll(/\\([\\:])/g, '$1'), password]);
}

/**
 * The networks in a JSON text of the form of data/wifi.json.
 * @throws SoftOtaError config_invalid
 */
export function parseWifiFile(text: string): Network[] {
  const networks = networksOf(parseJson(text.replace(/^\uFEFF/, '')));
  if (networks === undefined) {
    throw new SoftOtaError(
      'config_invalid',
      'The Wi-Fi file is not {"networks": [["SSID", "PASSWORD"], ...]}.',
    );
  }
  return networks.map(checkNetwork);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The error of JSON.parse quotes the text, and with it passwords: it is not kept as a cause.
    throw new SoftOtaError('config_invalid', 'The Wi-Fi file is not JSON.');
  }
}

function networksOf(value: unknown): Network[] | undefined {
  if (typeof value !== 'object' || value === null || !('networks' in value)) return undefined;
  const { networks } = value;
  return Array.isArray(networks) && networks.every(isNetwork) ? networks : undefined;
}

function isNetwork(value: unknown): value is Network {
  return Array.isArray(value) && value.length === 2 && value.every((word) => typeof word === 'string');
}

/**
 * What IEEE 802.11 allows: an SSID of 1-32 bytes; no password, 8-63 printable ASCII characters, or the key as 64 hex digits.
 * @throws SoftOtaError config_invalid
 */
export function checkNetwork(network: Network): Network {
  const [ssid, password] = network;
  const bytes = Buffer.byteLength(ssid);
  if (bytes < 1 || bytes > 32) throw new SoftOtaError('config_invalid', 'An SSID has 1 to 32 bytes.');
  if (password === '' || KEY.test(password)) return network;
  const of = `The password of ${JSON.stringify(ssid)}`;
  if (!PASSPHRASE.test(password)) {
    throw new SoftOtaError('config_invalid', `${of} has a character that WPA does not allow: only ASCII is.`);
  }
  const { length } = password;
  if (length >= 8 && length <= 63) return network;
  const message = `${of} has ${length} characters, not 8 to 63 (or 64 hex digits).`;
  throw new SoftOtaError('config_invalid', message);
}

const PASSPHRASE = /^[ -~]+$/;
const KEY = /^[0-9a-fA-F]{64}$/;
