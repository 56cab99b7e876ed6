/** Where releases come from: the sources in a folder, or what somebody else published. */
import type { Logger } from 'pino';
import type { FreshKeys } from '../fleet/fresh-keys.js';
import type { BuildState } from '../release/build-state.js';
import type { CheckHead } from '../release/heads.js';
import type { Releases } from '../release/releases.js';
import type { Roots } from '../release/roots.js';

export interface ReleaseSourceDeps {
  readonly log: Logger;
  readonly releases: Releases;
  readonly build: BuildState;
}

export interface ReleaseSource {
  /** Decides whether a head from the last run may be served until `begin` has brought a new one. */
  readonly check: CheckHead;
  /** The root files to be served until then. */
  readonly roots: () => Roots;
  /** Where there is an enrolment master. */
  readonly freshKeys?: FreshKeys;
  /** What a user should know of this origin, in short lines. */
  readonly hints: readonly string[];
  /** Brings the first release and begins to follow changes. Resolves after the first try, failed or not. */
  start(): Promise<void>;
  stop(): Promise<void>;
}
