/** Boards meet broken releases, some at a time; what became of them is counted and said. */
import type { Test } from 'tap';
import { together } from '../power/bench.js';
import type { Case } from './cases.js';
import type { ProjectFixture } from './project-fixture.js';
import { type Fate, tell } from './story.js';

/** True for `npm run strand`. */
export const ALL = process.env.SOFT_OTA_STRAND === 'all';
/** The sample is the same for the same seed. */
export const SEED = Number(process.env.SOFT_OTA_STRAND_SEED ?? 20261130);
const FATES: readonly Fate[] = ['rolled back', 'repaired', 'harmless', 'stranded'];
const WORKERS = 3;

/** Does the server go away as soon as the broken release is installed, and come back with the next one? */
export type Host = 'a server' | 'no server';

export async function told(
  t: Test,
  what: string,
  house: Host,
  project: ProjectFixture,
  cases: readonly Case[],
): Promise<void> {
  const fates: Fate[] = [];
  const stranded: string[] = [];
  const one = async ({ name, path, text }: Case): Promise<void> => {
    const { fate, why } = await tell(project, await project.broken(path, text), house === 'no server');
    fates.push(fate);
    if (ALL) t.comment(`${name}, ${house}: ${fate}`);
    if (fate === 'stranded') stranded.push(`${name}: ${why}`);
    if (fate === 'stranded') t.comment(why);
  };
  await together(cases, one, WORKERS);
  const count = (fate: Fate): string => `${fates.filter((each) => each === fate).length} ${fate}`;
  t.comment(`${what}, ${house}: ${fates.length} broken releases, ${FATES.map(count).join(', ')}`);
  t.strictSame(stranded, [], `${what}, ${house}`);
}
