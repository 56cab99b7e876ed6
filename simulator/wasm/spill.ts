/**
 * Makes one function show its pointers to a garbage collector. WebAssembly keeps local variables and operands where no code can
 * see them; here every 32-bit local and every result of a call is also written to a frame on the C stack, in linear memory.
 */
import { Reader, unsigned, Writer } from './bytes.js';
import type { Module, Signature } from './module.js';
import { EMPTY, I32, type Instruction, OP, readInstruction } from './opcodes.js';

const ALIGN = 16;
const STACK_POINTER = 0;

interface Label {
  readonly height: number;
  readonly arity: number;
}

interface Frame {
  readonly slots: Map<number, number>;
  readonly pointer: number;
  readonly scratch: number;
}

/** The parts of a function body: its declarations of locals as they are, their types, and where the code begins. */
export function locals(
  body: Uint8Array,
  params: readonly number[],
): { types: number[]; groups: number[][]; code: number } {
  const reader = new Reader(body);
  const types = [...params];
  const groups: number[][] = [];
  for (let left = reader.unsigned(); left > 0; left--) {
    const count = reader.unsigned();
    const type = reader.byte();
    groups.push([...unsigned(count), type]);
    for (let i = 0; i < count; i++) types.push(type);
  }
  return { types, groups, code: reader.at };
}

const OPENS: ReadonlySet<number> = new Set([OP.block, OP.loop, OP.if]);
/** What stands behind these is never reached. */
const LEAVES: ReadonlySet<number> = new Set([OP.br, OP.brTable, OP.return, OP.unreachable]);

class Spiller {
  readonly out = new Writer();
  readonly #labels: Label[];
  #height = 0;
  #dead = false;
  #deepest = 0;
  readonly #operands: number;

  constructor(
    readonly module: Module,
    readonly code: Uint8Array,
    readonly frame: Frame,
    arity: number,
  ) {
    this.#labels = [{ height: 0, arity }];
    this.#operands = frame.slots.size;
  }

  /** Bytes of the frame: the locals, then one slot for each height of the operand stack. */
  get size(): number {
    return Math.ceil(((this.#operands + this.#deepest + 1) * 4) / ALIGN) * ALIGN;
  }

  run(): void {
    const reader = new Reader(this.code);
    while (!reader.done) this.#one(readInstruction(reader));
  }

  #one(instruction: Instruction): void {
    const { op, arg, from, to } = instruction;
    if (op === OP.return) this.out.put(OP.br, ...unsigned(this.#labels.length - 1));
    else this.out.all(this.code.subarray(from, to));
    this.#follow(instruction);
    if (op === OP.localSet || op === OP.localTee) this.#spillLocal(arg);
    if (op === OP.call) this.#called(this.#signature(this.module.functions[arg] ?? 0), 0);
    if (op === OP.callIndirect) this.#called(this.#signature(arg), 1);
  }

  #signature(type: number): Signature {
    return this.module.types[type] ?? { params: [], results: [] };
  }

  #follow({ op, arg, height }: Instruction): void {
    this.#height += height;
    if (OPENS.has(op)) this.#labels.push({ height: this.#height, arity: arg === EMPTY ? 0 : 1 });
    else if (op === OP.else) this.#land(this.#labels.at(-1), 0);
    else if (op === OP.end) this.#land(this.#labels.pop(), 1);
    else if (LEAVES.has(op)) this.#dead = true;
  }

  /** Behind `else` and `end` the height is known again, whatever was left before. */
  #land(label: Label | undefined, results: 0 | 1): void {
    this.#height = (label?.height ?? 0) + results * (label?.arity ?? 0);
    this.#dead = false;
  }

  #spillLocal(index: number): void {
    const slot = this.frame.slots.get(index);
    if (slot !== undefined) this.#store(slot, index);
  }

  #called({ params, results }: Signature, extra: number): void {
    this.#height += results.length - params.length - extra;
    if (results[0] !== I32 || this.#dead) return;
    const depth = this.#height - 1;
    this.#deepest = Math.max(this.#deepest, depth);
    this.out.put(OP.localSet, ...unsigned(this.frame.scratch));
    this.#store(this.#operands + depth, this.frame.scratch);
    this.out.put(OP.localGet, ...unsigned(this.frame.scratch));
  }

  #store(slot: number, local: number): void {
    const { out, frame } = this;
    out.put(
      OP.localGet,
      ...unsigned(frame.pointer),
      OP.localGet,
      ...unsigned(local),
      OP.i32Store,
      2,
      ...unsigned(slot * 4),
    );
  }
}

function enter(out: Writer, { pointer, slots }: Frame, size: number, params: number): void {
  const fp = unsigned(pointer);
  out.put(
    OP.globalGet,
    STACK_POINTER,
    OP.i32Const,
    ...signedSize(size),
    OP.i32Sub,
    OP.localTee,
    ...fp,
    OP.globalSet,
    STACK_POINTER,
  );
  out.put(OP.localGet, ...fp, OP.i32Const, 0, OP.i32Const, ...signedSize(size), OP.extended, 11, 0);
  for (const [local, slot] of slots) {
    if (local < params)
      out.put(OP.localGet, ...fp, OP.localGet, ...unsigned(local), OP.i32Store, 2, ...unsigned(slot * 4));
  }
}

/** A frame's size as an i32.const operand; it is never negative, so one more bit keeps the sign clear. */
function signedSize(size: number): number[] {
  const bytes = unsigned(size);
  const last = bytes.at(-1) ?? 0;
  return (last & 0x40) === 0 ? bytes : [...bytes.slice(0, -1), last | 0x80, 0];
}

/** The body with spilled pointers. A `return` becomes a jump to the end, where the frame is given back. */
export function spill(module: Module, body: Uint8Array, signature: Signature): Uint8Array {
  const { types, groups, code } = locals(body, signature.params);
  const slots = new Map<number, number>();
  types.forEach((type, index) => {
    if (type === I32) slots.set(index, slots.size);
  });
  const frame: Frame = { slots, pointer: types.length, scratch: types.length + 1 };
  const spiller = new Spiller(module, body.subarray(code), frame, signature.results.length);
  spiller.run();
  const out = new Writer().put(...unsigned(groups.length + 1));
  for (const group of groups) out.put(...group);
  out.put(2, I32);
  enter(out, frame, spiller.size, signature.params.length);
  out.put(OP.block, signature.results[0] ?? EMPTY).all(spiller.out.bytes);
  out.put(
    OP.localGet,
    ...unsigned(frame.pointer),
    OP.i32Const,
    ...signedSize(spiller.size),
    OP.i32Add,
    OP.globalSet,
    STACK_POINTER,
    OP.end,
  );
  return out.bytes;
}
