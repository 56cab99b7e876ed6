/** All broken releases that there are: file × damage, and one function of the client at a time. */
import { glob } from '../e2e/files.js';
import { DAMAGES, damaged, functionsOf, type How, oneDamaged } from './damage.js';
import type { ProjectFixture } from './project-fixture.js';

export interface Case {
  readonly name: string;
  readonly path: string;
  readonly text: string;
}

const GUARD = /^(boot\.py$|rescue\/)/;
const CLIENT = /^(ota\/|net\.py$)/;

/** Every file of the set with every damage. */
export function fileCases(project: ProjectFixture): Promise<Case[]> {
  return each(project, /./, (path, text) => {
    const damages = path.endsWith('.py') ? DAMAGES : (['is empty'] as const);
    return damages.map((damage) => ({ name: `${path} ${damage}`, path, text: damaged(text, damage) }));
  });
}

/** Every function of the client, one at a time. */
export function functionCases(project: ProjectFixture, how: How): Promise<Case[]> {
  return each(project, CLIENT, (path, text) =>
    functionsOf(text).map(({ line, name }) => ({
      name: `${path}:${line + 1} ${name}() ${how}`,
      path,
      text: oneDamaged(text, line, how),
    })),
  );
}

type OfFile = (path: string, text: string) => Case[];

async function each(project: ProjectFixture, which: RegExp, cases: OfFile): Promise<Case[]> {
  const paths = glob(project.world.folders.device).filter((path) => !GUARD.test(path) && which.test(path));
  const all = paths.map(async (path) => cases(path, await project.source(path)));
  return (await Promise.all(all)).flat();
}

/** A name that only newer MicroPythons have: no lint sees it, and it raises when the client is loaded. */
export async function misnamed(project: ProjectFixture): Promise<Case> {
  const path = 'ota/client.py';
  const text = await project.source(path);
  const wrong = text.replace('sys.implementation.version', 'sys.implementation.release');
  if (wrong === text) throw new Error(`${path} does not ask for the version.`);
  return { name: `${path} sys.implementation.release`, path, text: wrong };
}
