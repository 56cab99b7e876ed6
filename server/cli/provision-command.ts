/** The flags of `npm run provision`, and what they mean. */
import { readFile } from 'node:fs/promises';
import { SoftOtaError } from '../errors.js';
import { systemError } from '../fs/system-error.js';
import { BOARD_NAMES } from '../provision/boards.js';
import type { ProvisionOptions } from '../provision/provision.js';
import { checkReachable, DEFAULT_WAIT, MAX_WAIT } from '../provision/settings.js';
import { type Network, parseWifi, parseWifiFile, WIFI_NOTES } from '../provision/wifi.js';
import { COMMON, type Command, type Values } from './flags.js';

const { device, bdist, keys } = COMMON;
const wait = 'seconds to wait for an update at boot, 0 for never';
const flags = {
  out: { kind: 'text', value: 'DIR', required: true, help: 'a new or empty folder' },
  board: { kind: 'text', value: 'NAME', default: 's20', help: BOARD_NAMES.join(', ') },
  wifi: { kind: 'list', value: 'SSID:PASSWORD', help: 'a network to join' },
  'wifi-file': { kind: 'text', value: 'FILE', help: 'networks to join, as JSON' },
  'no-wifi': { kind: 'switch', help: 'no network: the program joins one itself' },
  server: {
    kind: 'text',
    value: 'URL',
    help: 'the server to ask; without it the board searches its network',
  },
  id: { kind: 'text', value: 'HEX', help: 'enrolment id (default: a random one)' },
  wait: { kind: 'number', value: 'S', min: 0, max: MAX_WAIT, default: DEFAULT_WAIT, help: wait },
  abi: { kind: 'number', value: '5|6', min: 5, max: 6, default: 6, help: '5 for MicroPython before 1.19' },
  device,
  bdist,
  keys,
} as const;

export const PROVISION: Command<typeof flags> = {
  name: 'provision',
  summary: 'Makes the files of a new board, and prints the commands that copy them to it.',
  flags,
  notes: WIFI_NOTES,
};

/** @throws SoftOtaError config_invalid */
export async function provisionOptions(given: Values<typeof flags>): Promise<ProvisionOptions> {
  const { server, id, abi, 'wifi-file': file, wifi: words, 'no-wifi': noWifi, ...rest } = given;
  if (server !== undefined) checkReachable(server);
  const wifi = [...words.map(parseWifi), ...(file === undefined ? [] : await readNetworks(file))];
  return {
    ...rest,
    ...(server === undefined ? {} : { server }),
    ...(id === undefined ? {} : { id }),
    abi: abi === 5 ? 5 : 6,
    wifi,
    noWifi,
  };
}

async function readNetworks(file: string): Promise<Network[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const known = systemError(cause);
    if (known?.code === 'access_denied') throw known;
    throw new SoftOtaError('config_invalid', `${file} cannot be read.`, { cause });
  });
  return parseWifiFile(text);
}
