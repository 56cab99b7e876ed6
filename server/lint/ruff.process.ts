/** Ruff as a process of its own, started by ruff.ts. Sources come in, findings go out, in the same order. */
import { PositionEncoding, Workspace } from '@astral-sh/ruff-wasm-nodejs';
import type { RuffFinding } from './messages.js';
import { RUFF_SETTINGS } from './ruff-rules.js';

interface Diagnostic {
  readonly code: string | null;
  readonly message: string;
  readonly start_location: { readonly row: number; readonly column: number };
}

const workspace = new Workspace(RUFF_SETTINGS, PositionEncoding.Utf32);

function check(source: string): RuffFinding[] {
  const found: Diagnostic[] = workspace.check(source);
  return found.map(({ code, message, start_location: { row, column } }) => ({
    rule: code ?? 'syntax',
    message,
    line: row,
    column,
  }));
}

process.on('message', (source: string) => {
  process.send?.(check(source));
});
