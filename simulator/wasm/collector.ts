/**
 * Gives the VM a garbage collector that collects. The published build never collects while Python runs (gc_collect only sets a flag,
 * because it cannot see the pointers in WebAssembly locals); it takes more memory from the host instead. A board cannot, so with that build nobody
 * would know whether a program fits. Here gc_collect collects at once, with the pointers that `spill` puts on the C stack, the heap never
 * grows, and a program that needs more than the board has gets its MemoryError.
 */
import { signed, unsigned, Writer } from './bytes.js';
import { fileBody, findOpen } from './files.js';
import { type Code, decode, find, type Steps } from './find.js';
import { append, type Module, readModule, SECTION, writeBodies, writeModule } from './module.js';
import { I32, OP } from './opcodes.js';
import { locals, spill } from './spill.js';

/** The export that counts MemoryErrors. */
export const EXHAUSTED = 'soft_ota_exhausted';

/** Functions from which a collection can be reached, so that their pointers have to be seen. Whatever leaves for JavaScript may come back. */
function reaching(module: Module, codes: readonly Code[], target: number): Set<number> {
  const callers = new Map<number, number[]>();
  const reached = new Set<number>();
  const queue = [target];
  codes.forEach(({ instructions }, index) => {
    for (const { op, arg } of instructions) {
      if (op === OP.callIndirect || (op === OP.call && arg < module.imported)) queue.push(index);
      else if (op === OP.call)
        callers.set(arg - module.imported, [...(callers.get(arg - module.imported) ?? []), index]);
    }
  });
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (reached.has(next)) continue;
    reached.add(next);
    queue.push(...(callers.get(next) ?? []));
  }
  return reached;
}

/**
 * gc_collect_start looks for pointers in the Python stack. So the Python stack is copied to just below the C stack, and for the moment of that
 * call both together are the Python stack.
 */
function collectBody({ stackTop }: Module, { start, end }: Steps, pystackStart: number): Uint8Array {
  const [sp, first, current, below] = [0, 1, 2, 3];
  const pystackCurrent = pystackStart + 8;
  const out = new Writer();
  out.put(1, 4, I32, OP.globalGet, 0, OP.localSet, sp);
  out.put(...load(pystackStart), OP.localSet, first);
  out.put(...load(pystackCurrent), OP.localSet, current);
  // below = sp - length of the Python stack, rounded up to the alignment of the C stack
  out.put(
    OP.localGet,
    sp,
    ...difference(current, first),
    OP.i32Const,
    15,
    OP.i32Add,
    OP.i32Const,
    ...signed(-16),
    OP.i32And,
  );
  out.put(OP.i32Sub, OP.localTee, below, OP.globalSet, 0);
  out.put(OP.localGet, below, OP.localGet, first, ...difference(sp, below), ...MEMORY_COPY);
  out.put(
    ...store(pystackStart, [OP.localGet, below]),
    ...store(pystackCurrent, [OP.i32Const, ...signed(stackTop)]),
  );
  out.put(OP.call, ...unsigned(start));
  out.put(...store(pystackStart, [OP.localGet, first]), ...store(pystackCurrent, [OP.localGet, current]));
  out.put(OP.localGet, sp, OP.globalSet, 0, OP.call, ...unsigned(end), OP.end);
  return out.bytes;
}

const MEMORY_COPY = [OP.extended, 10, 0, 0];
const WORD_ALIGNED = 2;
const load = (address: number): number[] => [OP.i32Const, 0, OP.i32Load, WORD_ALIGNED, ...unsigned(address)];
const store = (address: number, value: readonly number[]): number[] => [
  OP.i32Const,
  0,
  ...value,
  OP.i32Store,
  WORD_ALIGNED,
  ...unsigned(address),
];
const difference = (from: number, what: number): number[] => [
  OP.localGet,
  from,
  OP.localGet,
  what,
  OP.i32Sub,
];

/** m_malloc_fail, counting first. */
function countBody(body: Uint8Array, counter: number): Uint8Array {
  const code = locals(body, []).code;
  return new Writer()
    .all(body.subarray(0, code))
    .put(OP.globalGet, ...unsigned(counter), OP.i32Const, 1, OP.i32Add, OP.globalSet, ...unsigned(counter))
    .all(body.subarray(code)).bytes;
}

/** The newer builds stop recursion at this many bytes of C stack; the constant stands in mp_js_init. */
const STACK_LIMIT = 32_768;

/** mp_js_init with another limit, so that recursion ends about where it ends on the board. */
function limitBody(body: Uint8Array, code: Code, limit: number): Uint8Array {
  const begin = locals(body, []).code;
  const found = code.instructions.find(({ op, arg }) => op === OP.i32Const && arg === STACK_LIMIT);
  if (found === undefined) return body;
  return new Writer()
    .all(body.subarray(0, begin + found.from))
    .put(OP.i32Const, ...signed(limit))
    .all(body.subarray(begin + found.to)).bytes;
}

/**
 * The build with a working collector and a heap that stays as large as it was made.
 * @param files an open file is as large as on a board
 * @param stack bytes of C stack after which recursion ends (builds before 1.27 do not look at it)
 */
export function withCollector(bytes: Uint8Array, stack: number, files: boolean): Uint8Array {
  const module = readModule(bytes);
  const codes = decode(module);
  const found = find(module, codes);
  const { split, collect, fail } = found;
  const changed = new Map<number, (body: Uint8Array, code: Code) => Uint8Array>([
    ...(files ? [[findOpen(codes), fileBody] as const] : []),
    [found.init, (body, code) => limitBody(body, code, stack)],
  ]);
  const seen = reaching(module, codes, collect);
  // the collector itself holds no pointers that matter
  for (let own = found.steps.start; own <= found.steps.end; own++) seen.delete(own - module.imported);
  const bodies = module.bodies.map((body, index) => {
    if (index === split) return Uint8Array.of(0, OP.i32Const, 0, OP.end);
    if (index === collect) return collectBody(module, found.steps, found.pystack);
    const counted = index === fail ? countBody(body, module.globals) : body;
    const code = codes[index];
    if (code === undefined || !seen.has(index)) return counted;
    return spill(module, changed.get(index)?.(counted, code) ?? counted, code.signature);
  });
  const name = Buffer.from(EXHAUSTED, 'latin1');
  return writeModule(module, ({ id, bytes: section }) => {
    if (id === SECTION.code) return writeBodies(bodies);
    if (id === SECTION.global) return append(section, [0x7f, 1, OP.i32Const, 0, OP.end]);
    if (id === SECTION.export)
      return append(section, [...unsigned(name.length), ...name, 3, ...unsigned(module.globals)]);
    return undefined;
  });
}
