/** One instruction at a time: what follows the opcode, and what it does to the height of the operand stack. */
import type { Reader } from './bytes.js';

export const OP = {
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  return: 0x0f,
  call: 0x10,
  callIndirect: 0x11,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  i32Load8u: 0x2d,
  i32Load: 0x28,
  i32Store: 0x36,
  i32Store8: 0x3a,
  i32Const: 0x41,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32And: 0x71,
  extended: 0xfc,
  unreachable: 0x00,
} as const;
export const I32 = 0x7f;
export const EMPTY = 0x40;

/** [from, to, change of height] for instructions whose effect does not depend on their operands. */
const HEIGHTS: readonly (readonly [number, number, number])[] = [
  [0x00, 0x03, 0],
  [0x04, 0x04, -1],
  [0x0d, 0x0e, -1],
  [0x1a, 0x1a, -1],
  [0x1b, 0x1c, -2],
  [0x20, 0x20, 1],
  [0x21, 0x21, -1],
  [0x22, 0x22, 0],
  [0x23, 0x23, 1],
  [0x24, 0x24, -1],
  [0x28, 0x35, 0],
  [0x36, 0x3e, -2],
  [0x3f, 0x3f, 1],
  [0x40, 0x40, 0],
  [0x41, 0x44, 1],
  [0x45, 0x45, 0],
  [0x46, 0x4f, -1],
  [0x50, 0x50, 0],
  [0x51, 0x66, -1],
  [0x67, 0x69, 0],
  [0x6a, 0x78, -1],
  [0x79, 0x7b, 0],
  [0x7c, 0x8a, -1],
  [0x8b, 0x91, 0],
  [0x92, 0x98, -1],
  [0x99, 0x9f, 0],
  [0xa0, 0xa6, -1],
  [0xa7, 0xc4, 0],
];
const TABLE = new Int8Array(256);
for (const [from, to, change] of HEIGHTS) TABLE.fill(change, from, to + 1);

export interface Instruction {
  readonly op: number;
  /** The first number after the opcode: an index, a block type, a constant, the offset of a memory access. */
  readonly arg: number;
  readonly height: number;
  readonly from: number;
  readonly to: number;
}

export function readInstruction(reader: Reader): Instruction {
  const from = reader.at;
  const op = reader.byte();
  let height = TABLE[op] ?? 0;
  let arg = 0;
  if (op === OP.i32Const) arg = reader.signed();
  else if (op === OP.extended) {
    arg = reader.unsigned();
    height = arg < 8 || arg === 9 ? 0 : -3;
    for (let i = 0; i < (EXTENDED[arg] ?? 0); i++) reader.unsigned();
  } else arg = readOperands(reader, op);
  return { op, arg, height, from, to: reader.at };
}

const EXTENDED: Readonly<Record<number, number>> = { 8: 2, 9: 1, 10: 2, 11: 1 };

type Operands = (reader: Reader) => number;
const index: Operands = (reader) => reader.unsigned();
const access: Operands = (reader) => {
  reader.unsigned();
  return reader.unsigned();
};
const indirect: Operands = (reader) => {
  const type = reader.unsigned();
  reader.unsigned();
  return type;
};
const several =
  (extra: number): Operands =>
  (reader) => {
    for (let left = reader.unsigned() + extra; left > 0; left--) reader.unsigned();
    return 0;
  };
const bytes =
  (length: number): Operands =>
  (reader) =>
    reader.take(length).length;

/** [from, to, what follows] for opcodes that something follows. */
const OPERANDS: readonly (readonly [number, number, Operands])[] = [
  [0x02, 0x04, index],
  [0x0c, 0x0d, index],
  [0x0e, 0x0e, several(1)],
  [0x10, 0x10, index],
  [0x11, 0x11, indirect],
  [0x1c, 0x1c, several(0)],
  [0x20, 0x24, index],
  [0x28, 0x3e, access],
  [0x3f, 0x40, index],
  [0x42, 0x42, index],
  [0x43, 0x43, bytes(4)],
  [0x44, 0x44, bytes(8)],
];

function readOperands(reader: Reader, op: number): number {
  const found = OPERANDS.find(([from, to]) => op >= from && op <= to);
  return found === undefined ? 0 : found[2](reader);
}
