/** What crosses the border between the server and a compiler worker, in both directions. */

/** Major version of the .mpy format: 5 for MicroPython 1.12-1.18, 6 from 1.19 on. */
export type Abi = 5 | 6;

/**
 * One source to compile. `name` is bare, as it will show in tracebacks. The compiled WebAssembly travels
 * along: a module that is posted is shared, not copied.
 */
export interface CompileRequest {
  readonly abi: Abi;
  readonly module: WebAssembly.Module;
  readonly name: string;
  readonly source: Uint8Array;
  readonly flags: readonly string[];
}

/** What the compiler said: its exit status, the .mpy when that is 0, and the lines of its error output. */
export interface CompileResponse {
  readonly status: number;
  readonly mpy: Uint8Array | undefined;
  readonly errors: readonly string[];
}
