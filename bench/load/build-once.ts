/** Builds in one process, as a server does: first with nothing remembered, then again with nothing changed. */
import { openCompiler } from '../../server/build/compile/compiler.js';
import { openKeyring } from '../../server/keys/keyring.js';
import { unixNow } from '../../server/release/build-state.js';
import { publish } from '../../server/release/publish.js';
import { Releases } from '../../server/release/releases.js';
import { finish, order } from '../lab/parent.js';

export interface BuildJob {
  readonly device: string;
  readonly bdist: string;
  readonly keys: string;
  readonly cache: string;
  readonly again: number;
}
export interface BuildResult {
  /** Milliseconds. */
  readonly cold: number;
  readonly warm: readonly number[];
}

const { device, bdist, keys, cache, again } = await order<BuildJob>();
const compiler = openCompiler();
const deps = {
  keyring: await openKeyring(keys),
  compiler,
  releases: new Releases(),
  now: unixNow,
  announce: () => undefined,
};
const cold = await build();
const warm: number[] = [];
for (let i = 0; i < again; i += 1) warm.push(await build());
await compiler.close();
finish({ cold, warm });

async function build(): Promise<number> {
  const began = performance.now();
  await publish({ device, bdist, cache, project: '.' }, deps);
  return performance.now() - began;
}
