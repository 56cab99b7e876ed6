/** Ruff as a process of its own, started by ruff.ts. Sources come in, findings go out, in the same order. */
import { PositionEncoding, Workspace } from '@astral-sh/ruff-wasm-nodejs';
import { READY, type RuffFinding } from './messages.js';
import { INVALID_SYNTAX, RUFF_SETTINGS } from './ruff-rules.js';

interface Diagnostic {
  readonly code: string | null;
  readonly message: string;
  readonly start_location: { readonly row: number; readonly column: number };
}

const workspace = new Workspace(RUFF_SETTINGS, PositionEncoding.Utf32);

function check(source: string): RuffFinding[] {
  const found: Diagnostic[] = workspace.check(source);
  return found.map(({ code, message, start_location: { row, column } }) => ({
    rule: code ?? INVALID_SYNTAX,
    message,
    line: row,
    column,
  }));
}

/** One after the other: a source that ends this process must not take the answer before it along. */
let answered: Promise<void> = Promise.resolve();

function answer(findings: RuffFinding[]): Promise<void> {
  return new Promise((sent) => process.send?.(findings, () => sent()));
}

process.on('message', (source: string) => {
  answered = answered.then(() => answer(check(source)));
});
process.send?.(READY);
