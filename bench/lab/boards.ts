/** Simulated boards for benchmarks: provisioned like real ones, always with the same id and network. */
import { join } from 'node:path';
import { provision } from '../../server/provision/provision.js';
import { Board, type BoardOptions } from '../../simulator/board.js';
import type { Cleanup } from './cleanup.js';
import { type Project, temporaryFolder } from './project.js';

const ID = '0123456789ab';

/** Lays a new board's files down, with the release that is in the project now, and gives the folder. */
export async function newFlash(project: Project, server: string, cleanup: Cleanup): Promise<string> {
  const out = join(await temporaryFolder(cleanup), 'flash');
  const { device, bdist, keys } = project;
  await provision({ out, board: 's20', wifi: [['bench', 'password']], server, id: ID, device, bdist, keys });
  return out;
}

export function openBoard(options: BoardOptions, cleanup: Cleanup): Board {
  const board = new Board(options);
  cleanup.add(() => board.cut());
  return board;
}
