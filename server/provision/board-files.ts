/** Everything that lies on a new board, as a list (docs/protocol.md §8). Pure. */
import type { DeviceFile } from '../build/compile/build-tree.js';
import { isClient } from '../signing/paths.js';
import type { FirstSet } from './first-set.js';
import type { Network } from './wifi.js';

/** What is this board's own. */
export interface BoardIdentity {
  readonly board: string;
  /** data/anchors */
  readonly anchors: Buffer;
  /** Enrolment: the id, and K in hex. */
  readonly id: string;
  readonly key: string;
  /** Without one the board looks for a server on its network. */
  readonly server?: string;
  /** Seconds to wait for an update at boot; 0 never waits. */
  readonly wait: number;
  readonly wifi: readonly Network[];
}

export function boardFiles(set: FirstSet, own: BoardIdentity): DeviceFile[] {
  const rescue = set.files.filter(({ path }) => isClient(path));
  return [
    ...set.guard,
    ...set.files,
    ...rescue.map(({ path, bytes }) => ({ path: `rescue/${path}`, bytes })),
    ...dataFiles(set, own),
  ];
}

function dataFiles({ manifest, release }: FirstSet, own: BoardIdentity): DeviceFile[] {
  const { board, server, wait, wifi } = own;
  return [
    { path: 'data/manifest', bytes: manifest },
    ...(release === undefined ? [] : [{ path: 'data/head', bytes: release.head }]),
    { path: 'data/anchors', bytes: own.anchors },
    text('data/enrol', `${own.id} ${own.key}\n`),
    text('data/ota.json', `${JSON.stringify({ server, wait, board })}\n`),
    ...(wifi.length === 0 ? [] : [text('data/wifi.json', `${JSON.stringify({ networks: wifi })}\n`)]),
  ];
}

function text(path: string, content: string): DeviceFile {
  return { path, bytes: Buffer.from(content) };
}
