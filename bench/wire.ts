/** What an update costs: bytes and round trips on the wire, writes on the flash, signature checks. All of it counted. */
import { atMost, type Bench, type Figure, type Report } from './figure.js';
import { newFlash, openBoard } from './lab/boards.js';
import { type Cleanup, cleanly } from './lab/cleanup.js';
import { makeProject, type Project } from './lab/project.js';
import { openWire, type Wire } from './lab/proxy.js';
import { saves } from './lab/save.js';
import { type Server, startServer } from './lab/server.js';
import { realTree } from './lab/trees.js';
import { countHashes, hashes, said, trustNothing, type Visit, visit } from './lab/visits.js';

const IDLE_BYTES = 1024;
const BEYOND_BYTES = 4096;
const REQUESTS = 3;
/** Not loaded when the client runs: no reset. */
const QUIET = 'made/part_1';
/** Loaded: the board has to reset. */
const LOADED = 'main';

export const wire: Bench = {
  name: 'wire',
  summary: 'bytes, requests, signature checks and flash writes when nothing or one file changed',
  run: () => cleanly(measure),
};

async function measure(cleanup: Cleanup): Promise<Report> {
  const project = await makeProject(await realTree(), cleanup);
  const server = await startServer(project, cleanup);
  const line = await openWire(() => server.port, cleanup);
  const boards = await threeBoards(project, line, cleanup);
  const idle = await visits(boards, line);
  expect(said(idle.plain, 'head')?.current === true, 'An unchanged head was not taken as current.');
  const checks = said(idle.distrusting, 'refused') === undefined ? 0 : 1;
  const quiet = await change(project, server, boards, line, QUIET);
  // The control: a board that trusts nothing does say so as soon as it checks.
  expect(said(quiet.distrusting, 'refused')?.code === 'signature_invalid', 'A false anchor was not noticed.');
  const loaded = await change(project, server, boards, line, LOADED);
  return {
    title: 'One board and a set of 34 files, counted between board and server, and on its flash',
    figures: [
      ...idleFigures(idle, checks),
      ...updateFigures('one file', quiet, quiet.file),
      ...resetFigures(loaded, loaded.file),
    ],
  };
}

interface Boards {
  readonly plain: (line: Wire) => Promise<Visit>;
  readonly counting: (line: Wire) => Promise<Visit>;
  readonly distrusting: (line: Wire) => Promise<Visit>;
}
type Visits = { readonly [Name in keyof Boards]: Visit };

/** The same board three times: as it is, one that counts what it hashes, one with a false anchor. */
async function threeBoards(project: Project, line: Wire, cleanup: Cleanup): Promise<Boards> {
  const open = async (prepare: (flash: string) => Promise<void>) => {
    const flash = await newFlash(project, line.url, cleanup);
    const board = openBoard({ flash }, cleanup);
    // The first boot makes folders.
    await visit(board, line);
    await prepare(flash);
    return (now: Wire) => visit(board, now);
  };
  return {
    plain: await open(async () => undefined),
    counting: await open(countHashes),
    distrusting: await open(trustNothing),
  };
}

async function visits({ plain, counting, distrusting }: Boards, line: Wire): Promise<Visits> {
  return { plain: await plain(line), counting: await counting(line), distrusting: await distrusting(line) };
}

async function change(project: Project, server: Server, boards: Boards, line: Wire, module: string) {
  await saves(project, server, `${module}.py`, 1);
  const found = await visits(boards, line);
  expect(said(found.plain, 'installed') !== undefined, 'The board installed nothing.');
  return { ...found, file: Number(said(found.plain, 'file')?.size) };
}

function expect(right: boolean, otherwise: string): void {
  if (!right) throw new Error(otherwise);
}

function count(name: string, value: number, unit = '', most?: number): Figure {
  return { name, value, unit, kind: 'count', ...(most === undefined ? {} : { limit: atMost(most) }) };
}

function idleFigures({ plain, counting }: Visits, checks: number): Figure[] {
  const { bytes, signatures } = hashes(counting);
  return [
    count('nothing changed: connections', plain.connections, '', 1),
    count('nothing changed: requests', plain.requests, '', 1),
    count('nothing changed: bytes, both directions', plain.up + plain.down, 'B', IDLE_BYTES),
    count('nothing changed: signature checks, by their hash', signatures, '', 0),
    count('nothing changed: signature checks, by a false anchor', checks, '', 0),
    count('nothing changed: bytes written to flash', plain.written, 'B', 0),
    count('nothing changed: flash operations', plain.operations, '', 0),
    count('nothing changed: round trips, connecting included', plain.roundTrips),
    count('nothing changed: bytes hashed by guard and client', bytes, 'B'),
    count('nothing changed: bytes read from flash', plain.read, 'B'),
  ];
}

function updateFigures(what: string, { plain, counting }: Visits, file: number): Figure[] {
  const { bytes, signatures } = hashes(counting);
  return [
    count(
      `${what} of ${file} B: bytes beyond it, both directions`,
      plain.up + plain.down - file,
      'B',
      BEYOND_BYTES,
    ),
    count(`${what}: connections`, plain.connections, '', 1),
    count(`${what}: requests`, plain.requests, '', REQUESTS),
    count(`${what}: signature checks`, signatures, '', 1),
    count(`${what}: bytes written to flash`, plain.written, 'B'),
    count(`${what}: flash operations`, plain.operations),
    count(`${what}: round trips, connecting included`, plain.roundTrips),
    count(`${what}: bytes hashed by guard and client`, bytes, 'B'),
  ];
}

/** The board asks once more after the reset, as at every boot. */
function resetFigures({ plain, counting }: Visits, file: number): Figure[] {
  const what = 'loaded code, so with a reset and the next question';
  return [
    count(`${what}: bytes beyond it`, plain.up + plain.down - file, 'B', BEYOND_BYTES + IDLE_BYTES),
    count(`${what}: requests`, plain.requests, '', REQUESTS + 1),
    count(`${what}: signature checks`, hashes(counting).signatures, '', 1),
    count(`${what}: round trips`, plain.roundTrips),
  ];
}
