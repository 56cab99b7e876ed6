import { SoftOtaError } from '../../errors.js';
import { CompileError, nativeDiagnostic } from './compile-error.js';
import type { CompileJob } from './compiler.js';
import type { Abi } from './messages.js';

/** The header of a .mpy file: `M`, the ABI, then native architecture << 2 | sub-version, small-int bits. */
const MAGIC = 0x4d;
const HEADER_BYTES = 4;

/** The ABI of a .mpy file, undefined when it is none. */
export function readAbi(mpy: Buffer): number | undefined {
  return mpy.length >= HEADER_BYTES && mpy[0] === MAGIC ? mpy[1] : undefined;
}

/** Throws `compiler_abi` when `mpy` is not for `abi`, `compiler_failed` when it is no .mpy file at all. */
export function checkAbi(mpy: Buffer, abi: Abi, path: string): void {
  const found = readAbi(mpy);
  if (found === undefined) throw new SoftOtaError('compiler_failed', `${path}: this is not a .mpy file`);
  if (found === abi) return;
  throw new SoftOtaError('compiler_abi', `${path}: .mpy version ${found}, but version ${abi} is asked for`);
}

/** Throws `native_code` when `mpy` holds machine code. */
export function checkPure(mpy: Buffer, { path, source }: CompileJob): void {
  if ((mpy[2] ?? 0) >> 2 === 0) return;
  throw new CompileError(path, nativeDiagnostic(source));
}
