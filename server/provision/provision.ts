/** What a new board gets, from the guard to its own key. */
import { randomBytes } from 'node:crypto';
import type { Abi } from '../compile/tree.js';
import { openKeyring } from '../keys/keyring.js';
import { freshKey } from '../manifest/fresh.js';
import { boardFiles } from './board-files.js';
import { boardOf } from './boards.js';
import { firstSet } from './first-set.js';
import { checkEmpty, layBoard } from './lay-board.js';
import { checkSettings, DEFAULT_WAIT } from './settings.js';
import type { Network } from './wifi.js';

export interface ProvisionOptions {
  /** A new or empty folder. */
  readonly out: string;
  /** A name that `boardOf` knows. */
  readonly board: string;
  readonly wifi: readonly Network[];
  /** Without one the board looks for a server on its network. */
  readonly server?: string;
  /** Enrolment id in hex; random without one. */
  readonly id?: string;
  /** Seconds to wait for an update at boot (default 15, 0 never waits). */
  readonly wait?: number;
  /** Default 6. */
  readonly abi?: Abi;
  readonly keys: string;
  readonly bdist: string;
  readonly device: string;
}

/** What was made. Holds no secrets: it may be printed. */
export interface ProvisionReport {
  readonly out: string;
  readonly board: string;
  readonly id: string;
  /** The key that the board trusts. */
  readonly keyId: string;
  /** The release that the board starts with; undefined when there is none yet, and it starts with the sources. */
  readonly release: number | undefined;
  readonly files: number;
  /** Of all files together. */
  readonly bytes: number;
  readonly networks: number;
}

/**
 * Lays a new board's files into `out`. Neither the signing key nor the enrolment master go there, only what the board needs.
 * @throws SoftOtaError config_invalid, out_not_empty, as `openKeyring` and as `firstSet`
 */
export async function provision(options: ProvisionOptions): Promise<ProvisionReport> {
  const { out, board, wifi, server, id = randomBytes(6).toString('hex'), wait = DEFAULT_WAIT } = options;
  boardOf(board);
  checkSettings(options);
  await checkEmpty(out);
  const keyring = await openKeyring(options.keys);
  const key = keyring.publicKey();
  const root = keyring.trust.current;
  const set = await firstSet({ ...options, abi: options.abi ?? 6, root });
  const files = boardFiles(set, {
    board,
    anchors: root.bytes,
    id,
    key: freshKey(keyring.enrolmentMaster(), id).toString('hex'),
    wait,
    wifi,
    ...(server === undefined ? {} : { server: server.replace(/\/+$/, '') }),
  });
  await layBoard(out, files);
  const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0);
  const release = set.release?.number;
  return { out, board, id, keyId: key.keyId, release, files: files.length, bytes, networks: wifi.length };
}
