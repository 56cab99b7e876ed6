/** Finds the functions of the garbage collector in a build. They have no names there; each is known by what it does. */
import { SoftOtaError } from '../../server/errors.js';
import { Reader } from './bytes.js';
import { exported, type Module, SECTION, type Signature } from './module.js';
import { type Instruction, OP, readInstruction } from './opcodes.js';
import { locals } from './spill.js';

/** gc_get_max_new_split(): how much the heap may grow by. */
const MAX_SPLIT = 134_217_728;
const FAILURE = 'memory allocation failed, allocating %u bytes';

export const notFound = (what: string): SoftOtaError =>
  new SoftOtaError(
    'internal',
    `This MicroPython build is not one that the simulator knows: ${what} was not found.`,
  );

export interface Code {
  readonly instructions: readonly Instruction[];
  readonly signature: Signature;
}

export interface Found {
  readonly split: number;
  readonly collect: number;
  readonly steps: Steps;
  readonly fail: number;
  readonly pystack: number;
  readonly init: number;
}

export function decode(module: Module): Code[] {
  return module.bodies.map((body, index) => {
    const signature = module.types[module.functions[module.imported + index] ?? 0] ?? {
      params: [],
      results: [],
    };
    const reader = new Reader(body.subarray(locals(body, []).code));
    const instructions: Instruction[] = [];
    while (!reader.done) instructions.push(readInstruction(reader));
    return { instructions, signature };
  });
}

const ops = (code: Code | undefined): string => (code?.instructions ?? []).map(({ op }) => op).join(' ');

/** The constant expression in front of an active segment: i32.const, its value, end. */
function readOffset(reader: Reader): number {
  reader.byte();
  const offset = reader.signed();
  reader.byte();
  return offset;
}

/** Where a string lies in memory, from the data section. */
function address(module: Module, text: string): number {
  const data = module.sections.find(({ id }) => id === SECTION.data)?.bytes ?? new Uint8Array();
  const reader = new Reader(data);
  for (let left = reader.unsigned(); left > 0; left--) {
    const passive = reader.unsigned() === 1;
    const at = passive ? 0 : readOffset(reader);
    const found = Buffer.from(reader.take(reader.unsigned())).indexOf(`${text}\0`, 0, 'latin1');
    if (found >= 0) return at + found;
  }
  throw notFound('the text of MemoryError');
}

/** @throws SoftOtaError internal, when a build is too different */
export function find(module: Module, codes: readonly Code[]): Found {
  const split = codes.findIndex(
    (code) =>
      code.instructions.length === 2 &&
      code.instructions[0]?.arg === MAX_SPLIT &&
      code.instructions[0].op === OP.i32Const,
  );
  const collect = split + 1;
  const flag = codes[collect]?.instructions[2]?.arg;
  if (split < 0 || ops(codes[collect]) !== [OP.i32Const, OP.i32Const, OP.i32Store8, OP.end].join(' '))
    throw notFound('gc_collect');
  const text = address(module, FAILURE);
  const fail = codes.findIndex(({ instructions }) =>
    instructions.some(({ op, arg }) => op === OP.i32Const && arg === text),
  );
  if (fail < 0) throw notFound('m_malloc_fail');
  return {
    split,
    collect,
    steps: steps(codes, flag),
    fail,
    pystack: pystack(codes),
    init: exported(module, 'mp_js_init'),
  };
}

export interface Steps {
  readonly start: number;
  readonly end: number;
}

/** At the top level the VM puts the flag down and calls gc_collect_start, in newer builds gc_collect_root, and gc_collect_end. */
function steps(codes: readonly Code[], flag: number | undefined): Steps {
  for (const { instructions } of codes) {
    const at = instructions.findIndex(({ op, arg }) => op === OP.i32Store8 && arg === flag);
    const block = instructions.slice(at + 1);
    const calls = block
      .slice(
        0,
        block.findIndex(({ op }) => op === OP.end),
      )
      .filter(({ op }) => op === OP.call);
    const [start, end] = [calls[0]?.arg, calls.at(-1)?.arg];
    if (at >= 0 && (calls.length === 2 || calls.length === 3) && start !== undefined && end !== undefined)
      return { start, end };
  }
  throw notFound('gc_collect_start');
}

const PYSTACK_INIT = Array(3).fill(`${OP.i32Const} ${OP.localGet} ${OP.i32Store}`).concat(OP.end).join(' ');

/** mp_pystack_init stores current, end and start of the Python stack, one word below the other. Gives the address of `start`. */
function pystack(codes: readonly Code[]): number {
  for (const code of codes) {
    if (ops(code) !== PYSTACK_INIT) continue;
    const args = code.instructions.map(({ arg }) => arg);
    const [current, end, start] = [0, 3, 6].map((i) => (args[i] ?? 0) + (args[i + 2] ?? 0));
    if (start !== undefined && end === start + 4 && current === start + 8) return start;
  }
  throw notFound('mp_pystack_init');
}
