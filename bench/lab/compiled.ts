/** The package's own device/, compiled as a release has it. */

import { buildTree, type DeviceFile } from '../../server/build/compile/build-tree.js';
import { openCompiler } from '../../server/build/compile/compiler.js';
import { cleanly } from './cleanup.js';
import { type Sources, temporaryFolder, writeAll } from './project.js';
import { shippedTree } from './trees.js';

/** The set for MicroPython 1.19 and later. */
export async function compileSet(sources?: Sources): Promise<readonly DeviceFile[]> {
  const shipped = sources ?? (await shippedTree());
  return cleanly(async (cleanup) => {
    const device = await temporaryFolder(cleanup);
    await writeAll(device, shipped);
    const compiler = openCompiler();
    cleanup.add(() => compiler.close());
    const cache = await temporaryFolder(cleanup);
    const { sets } = await buildTree(
      { device, abis: [6], cache, keepSource: ['main.py'], minify: true },
      compiler,
    );
    return sets[0]?.files ?? [];
  });
}
