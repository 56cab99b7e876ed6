/** Its first word: from then on it takes no long time. */
export const READY = 'ready';

/** What ruff's worker answers to a source: its findings in the order of the lines. */
export interface RuffFinding {
  readonly line: number;
  readonly column: number;
  readonly rule: string;
  readonly message: string;
}
