/** Whether the next release fits on a board beside this one: its flash holds both, until the new one has proved itself. Pure. */
import type { AbiSet, DeviceFile, Warning } from '../build/compile/build-tree.js';
import { flashBlocks, type Project } from '../build/project.js';
import { isClient } from '../signing/paths.js';
import { setTotals } from '../signing/totals.js';

/** A folder of littlefs is a pair of blocks. */
const FOLDER_BLOCKS = 2;
/** Beside the folders of the set, the root among them: data/, rescue/, rescue/ota/, update/. */
const OWN_FOLDERS = 4;
/** data/: anchors, enrol, head, manifest, ota.json, wifi.json. */
const DATA_BLOCKS = 6;
/**
 * The new head and manifest, the journal and what the board wants to keep free; and the one folder whose second counting in
 * statvfs the client does not take back.
 */
const RESERVE = 6;

/** Blocks that a board needs for an update in which every file of the set changes and stays as large as it is. */
export function blocksForUpdate(guard: readonly DeviceFile[], set: readonly DeviceFile[]): number {
  const largest = Math.max(0, ...set.map((file) => blocksOf([file])));
  const client = set.filter(({ path }) => isClient(path));
  const folders = OWN_FOLDERS + foldersOf(set);
  // Old and new; the guard; rescue/; and while one file takes the place of another, a copy of it.
  const files = 2 * blocksOf(set) + blocksOf(guard) + blocksOf(client) + largest;
  return files + folders * FOLDER_BLOCKS + DATA_BLOCKS + RESERVE;
}

function blocksOf(files: readonly DeviceFile[]): number {
  return setTotals(files.map(({ bytes }) => ({ size: bytes.length }))).blocks;
}

function foldersOf(files: readonly DeviceFile[]): number {
  const folders = files.flatMap(({ path }) =>
    [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index)),
  );
  return new Set(['', ...folders]).size;
}

/** Warns of the largest set, where it is too large for the smallest board. */
export function roomWarnings(
  sets: readonly AbiSet[],
  guard: readonly DeviceFile[],
  project: Project,
): Warning[] {
  const faults = sets.flatMap(({ abi, files }) => {
    const message = roomFault(guard, files, project);
    return message === undefined ? [] : [{ file: `.mpy ${abi}`, message }];
  });
  return faults.slice(0, 1);
}

/**
 * What is wrong with a set that is too large for this board, or for the smallest one, and what to do; undefined for one that
 * is not, and where the owner lets the old set go first.
 */
export function roomFault(
  guard: readonly DeviceFile[],
  set: readonly DeviceFile[],
  project: Project,
  board?: string,
): string | undefined {
  const flash = flashBlocks(project, board);
  const need = blocksForUpdate(guard, set);
  if (project.inplace || flash === undefined || need <= flash.blocks) return undefined;
  const less = Math.ceil((need - flash.blocks) / 2);
  return `The set of ${blocksOf(set)} blocks leaves no room for its successor: an update of all of it needs ${need} of the ${flash.blocks} blocks of ${flash.board}, which would refuse it (set_too_big). Make the set ${less} blocks smaller, or say in soft-ota.json how large the flash is: "blocks".`;
}
