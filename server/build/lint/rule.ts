import type { Severity } from '../finding.js';
import type { Search } from './matchers.js';

/** One thing that a board lacks. Ids are never used again for something else. */
export interface Rule {
  readonly id: string;
  readonly finds: string;
  /** What to write instead. */
  readonly instead: string;
  readonly search: Search;
  /** `error` when not given: the board would raise. */
  readonly severity?: Severity;
}
