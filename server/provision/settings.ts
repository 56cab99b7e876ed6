/** What is asked of the settings of a new board, before anything is made. */
import { SoftOtaError } from '../errors.js';
import { checkNetwork, type Network } from './wifi.js';

export const DEFAULT_WAIT = 15;
export const MAX_WAIT = 3600;

export interface Settings {
  readonly wifi: readonly Network[];
  readonly server?: string;
  readonly id?: string;
  readonly wait?: number;
}

/** @throws SoftOtaError config_invalid */
export function checkSettings({ wifi, server, id, wait }: Settings): void {
  wifi.forEach(checkNetwork);
  if (server !== undefined) checkServer(server);
  if (id !== undefined && !/^[0-9a-f]{2,64}$/.test(id)) {
    throw new SoftOtaError('config_invalid', 'An enrolment id is 2 to 64 lower-case hex digits.');
  }
  if (wait !== undefined && !(wait >= 0 && wait <= MAX_WAIT)) {
    throw new SoftOtaError('config_invalid', `A board waits 0 to ${MAX_WAIT} seconds.`);
  }
}

/** What the client on the board can use: it splits the URL at slashes and colons, and speaks plain HTTP. */
const SERVER = /^http:\/\/[A-Za-z0-9.-]+(?::\d{1,5})?(?:\/[A-Za-z0-9._~/-]*)?$/;
const MAX_SERVER = 200;
/** What every computer calls itself. */
const LOOPBACK =
  /^http:\/\/(?:(?:[^/:]+\.)?localhost|127(?:\.\d+){0,3}|0(?:\.0){0,3}|\[[0:]*:[01]?\])\.?(?=[:/]|$)/i;

/**
 * For boards that are no simulated ones.
 * @throws SoftOtaError config_invalid for an address that means the board itself
 */
export function checkReachable(server: string): void {
  if (!LOOPBACK.test(server)) return;
  throw new SoftOtaError(
    'config_invalid',
    `To a board ${JSON.stringify(server)} is the board itself. Give the address that this computer has in its network, as "npm start" prints it.`,
  );
}

function checkServer(server: string): void {
  if (server.length <= MAX_SERVER && SERVER.test(server) && URL.canParse(server)) return;
  const reason = server.startsWith('https:')
    ? 'boards speak http: what protects an update is its signature'
    : 'it has to be http://HOST[:PORT][/PATH]';
  throw new SoftOtaError(
    'config_invalid',
    `The board cannot use the server ${JSON.stringify(server)}: ${reason}.`,
  );
}
