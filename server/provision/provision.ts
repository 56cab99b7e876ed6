/** What a new board gets, from the guard to its own key. */
import { randomBytes } from 'node:crypto';
import type { Abi, DeviceFile } from '../build/compile/build-tree.js';
import { type Project, readProject } from '../build/project.js';
import { openKeyring } from '../keys/keyring.js';
import { roomFault } from '../release/flash-room.js';
import { freshKey } from '../signing/fresh.js';
import { boardFiles } from './board-files.js';
import { boardOf } from './boards.js';
import { type FirstSet, firstSet } from './first-set.js';
import { wifiNotes } from './no-wifi.js';
import { checkSettings, DEFAULT_WAIT } from './settings.js';
import type { Network } from './wifi.js';
import { checkEmpty, checkPlace, EMPTY_FOLDER, writeBoard } from './write-board.js';

export interface ProvisionOptions {
  /** A new or empty folder. */
  readonly out: string;
  /** A name that `boardOf` knows. */
  readonly board: string;
  readonly wifi: readonly Network[];
  /** True where it is meant that there are no networks. */
  readonly noWifi?: boolean;
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
  /** Files and folders to copy, without what only this computer needs. */
  readonly names: readonly string[];
  /** Of all files together. */
  readonly bytes: number;
  readonly networks: number;
}

/** All that a new board gets, while nothing is written yet. */
export interface PreparedBoard {
  readonly files: readonly DeviceFile[];
  readonly report: ProvisionReport;
  /** Sentences about what will follow. */
  readonly notes: readonly string[];
}

/**
 * Lays a new board's files into `out`. Neither the signing key nor the enrolment master go there, only what the board needs.
 * @throws SoftOtaError as `prepareBoard`
 */
export async function provision(options: ProvisionOptions): Promise<ProvisionReport> {
  const { files, report } = await prepareBoard(options);
  await writeBoard(options.out, files);
  return report;
}

/**
 * Everything that `provision` checks and makes, but for the writing.
 * @throws SoftOtaError config_invalid, out_not_empty, as `openKeyring` and as `firstSet`
 */
export async function prepareBoard(options: ProvisionOptions): Promise<PreparedBoard> {
  const { out, board, wifi, id = randomBytes(6).toString('hex') } = options;
  boardOf(board);
  checkSettings(options);
  await checkPlace(options);
  await checkEmpty(out);
  const keyring = await openKeyring(options.keys);
  const key = keyring.publicKey();
  const root = keyring.trust.current;
  const set = await firstSet({ ...options, abi: options.abi ?? 6, root });
  const notes = [...wifiNotes(set.files, options), ...roomNotes(set, await readProject(), board)];
  const own = { ...settingsOf(options), id, anchors: root.bytes };
  const files = boardFiles(set, { ...own, key: freshKey(keyring.enrolmentMaster(), id).toString('hex') });
  const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0);
  const names = [...new Set([...files.map(({ path }) => path.replace(/\/.*/, '')), EMPTY_FOLDER])].toSorted();
  const facts = { files: files.length, names, bytes, networks: wifi.length };
  return {
    files,
    notes,
    report: { out, board, id, keyId: key.keyId, release: set.release?.number, ...facts },
  };
}

function settingsOf({ board, wifi, server, wait = DEFAULT_WAIT }: ProvisionOptions) {
  const url = server === undefined ? {} : { server: server.replace(/\/+$/, '') };
  return { board, wifi, wait, ...url };
}

function roomNotes({ guard, files }: FirstSet, project: Project, board: string): string[] {
  const fault = roomFault(guard, files, project, board);
  return fault === undefined ? [] : [fault];
}
