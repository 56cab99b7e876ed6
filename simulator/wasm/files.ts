/**
 * Makes an open file as large as on a board. There a file object holds a buffer and littlefs's state, about a quarter of a kilobyte; here
 * the host has all that. So the VM makes the object so large, for a path; a number is the simulator's own (a socket), and is not.
 */
import { signed, Writer } from './bytes.js';
import { type Code, notFound } from './find.js';
import { OP } from './opcodes.js';
import { locals } from './spill.js';

const HERE = 8;
const ON_BOARD = 256;
const PATH = 1;

/** mp_vfs_posix_file_open begins its work so: an object of the given type, for no file yet. */
const PATTERN: readonly (readonly [op: number, arg?: number])[] = [
  [OP.i32Const, HERE],
  [OP.localGet, 0],
  [OP.call],
  [OP.localTee],
  [OP.i32Const, -1],
  [OP.i32Store],
];

function at({ instructions }: Code): number {
  return instructions.findIndex((_, i) =>
    PATTERN.every(([op, arg], k) => {
      const instruction = instructions[i + k];
      return instruction?.op === op && (arg === undefined || instruction.arg === arg);
    }),
  );
}

/** The function that opens files. @throws SoftOtaError internal, when a build is too different */
export function findOpen(codes: readonly Code[]): number {
  const found = codes.findIndex((code) => at(code) >= 0);
  if (found < 0) throw notFound('the function that opens files');
  return found;
}

/** Its body with the other size: HERE for a number (its lowest bit is set), ON_BOARD for a path. */
export function fileBody(body: Uint8Array, code: Code): Uint8Array {
  const begin = locals(body, []).code;
  const size = code.instructions[at(code)];
  if (size === undefined) return body;
  const isPath = [OP.localGet, PATH, OP.i32Const, 1, OP.i32And, OP.i32Const, 1, OP.i32Sub];
  return new Writer()
    .all(body.subarray(0, begin + size.from))
    .put(...isPath, OP.i32Const, ...signed(ON_BOARD - HERE), OP.i32And, OP.i32Const, HERE, OP.i32Add)
    .all(body.subarray(begin + size.to)).bytes;
}
