/** The device's parsers, compiled as they are shipped, in a real VM that is asked many cases at a time. */
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { openCompiler } from '../../server/build/compile/compiler.js';
import { vm } from '../../simulator/vm.js';
import { ROOT } from '../device/raw-vm.js';

type Files = readonly (readonly [path: string, bytes: Uint8Array])[];

export interface FuzzJob {
  readonly loader: string;
  readonly module: WebAssembly.Module;
  readonly heap: number;
  readonly files: Files;
  /** What lies on the flash when a case begins. */
  readonly board: Files;
}

/** Which parser, and what it gets: most get one piece, an update gets one for each answer. */
export interface Case {
  readonly kind: string;
  readonly pieces: readonly Buffer[];
}

export interface Outcome {
  /** Words behind each other: what happened to this case. */
  readonly lines: readonly string[];
  /**
   * Bytes of heap after a collection, without the names (qstrs) that MicroPython keeps for ever: each character that it meets in a str
   * is one, and a table of them that is full is followed by one twice as large. In 20,000 cases 75 names came to 247, and with them a
   * step of 2.3 KB; all of ASCII is soon there, and a manifest of whatever characters is read only when its hash was signed.
   */
  readonly used: number;
  /** How often so far there was not enough memory. */
  readonly exhausted: number;
}

export interface FuzzVm {
  ask(cases: readonly Case[]): Promise<Outcome>;
  close(): Promise<void>;
}

/** Changes a source of the device before it is compiled. */
export type Patch = (path: string, source: string) => string;

/** A board has 38 KB and loads the client piece by piece; here all of it is there at once, and the harness. */
const HEAP = 64 * 1024;
const HARNESS = ['board', 'parsers', 'harness'];

async function compiled(patch: Patch): Promise<[string, Buffer][]> {
  const compiler = openCompiler();
  const names = readdirSync(join(ROOT, 'device/ota')).filter((name) => name.endsWith('.py'));
  const sources: [string, string][] = [
    ...names.map((name): [string, string] => [`ota/${name}`, `device/ota/${name}`]),
    ['guard.py', 'device/rescue/guard.py'],
    ...HARNESS.map((name): [string, string] => [`${name}.py`, `test/fuzz/${name}.py`]),
  ];
  const compile = async ([path, from]: [string, string]): Promise<[string, Buffer]> => {
    const source = Buffer.from(patch(path, readFileSync(join(ROOT, from), 'utf8')));
    return [
      `/fuzz/${path.slice(0, -2)}mpy`,
      await compiler.compile({ abi: 6, path, source, checkOnly: false }),
    ];
  };
  try {
    return await Promise.all(sources.map(compile));
  } finally {
    await compiler.close();
  }
}

function packed(cases: readonly Case[]): Buffer {
  const number = (n: number): Buffer => {
    const bytes = Buffer.alloc(3);
    bytes.writeUIntLE(n, 0, 3);
    return bytes;
  };
  return Buffer.concat(
    cases.flatMap(({ kind, pieces }) => [
      Buffer.from(kind),
      number(pieces.length),
      ...pieces.flatMap((piece) => [number(piece.length), piece]),
    ]),
  );
}

export async function openVm(
  files: Files,
  board: Files,
  patch: Patch = (_, source) => source,
): Promise<FuzzVm> {
  const { loader, module } = await vm('1.27');
  const workerData: FuzzJob = {
    loader,
    module,
    heap: HEAP,
    files: [...files, ...(await compiled(patch))],
    board,
  };
  const worker = new Worker(new URL('./vm.worker.js', import.meta.url), { workerData });
  return {
    ask: async (cases) => {
      worker.postMessage(packed(cases));
      const [told] = (await once(worker, 'message')) as [
        { out: string; error: string; used: number; exhausted: number },
      ];
      const lines = told.out.split('\n').slice(0, -1);
      if (told.error !== '') throw new Error(`${told.error} (in case ${lines.length})`);
      return { lines, used: told.used, exhausted: told.exhausted };
    },
    close: async () => void (await worker.terminate()),
  };
}
