/** Builds a device folder in one call, with a compiler that all tests of a file share. */
import { join } from 'node:path';
import type { Test } from 'tap';
import {
  type AbiSet,
  buildTree,
  type Tree,
  type TreeOptions,
} from '../../../server/build/compile/build-tree.js';
import { openCompiler } from '../../../server/build/compile/compiler.js';
import { SoftOtaError } from '../../../server/errors.js';

type Fixture = NonNullable<Parameters<Test['testdir']>[0]>;
export const compiler = openCompiler();

/** `folder` has a `device/` inside; the cache goes beside it. */
export function build(folder: string, options: Partial<TreeOptions> = {}): Promise<Tree> {
  const device = join(folder, 'device');
  const cache = join(folder, 'cache');
  return buildTree({ device, cache, abis: [6, 5], keepSource: ['main.py'], ...options }, compiler);
}

/** The error of a build that must fail. */
export async function failure(
  t: Test,
  device: Fixture,
  options: Partial<TreeOptions> = {},
): Promise<SoftOtaError> {
  const error = await build(t.testdir({ device }), options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof SoftOtaError) return error;
  throw new Error(`a SoftOtaError was expected, not ${String(error)}`);
}

export function pathsOf(set: AbiSet | undefined): string[] {
  return set?.files.map(({ path }) => path) ?? [];
}

export function bytesOf(set: AbiSet | undefined, path: string): Buffer {
  const file = set?.files.find((one) => one.path === path);
  if (file === undefined) throw new Error(`${path} is not in the set`);
  return file.bytes;
}
