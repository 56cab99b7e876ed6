/**
 * Builds `device/` of the folder named on the command line and prints paths and hashes. Run by
 * determinism.test.ts.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { buildTree } from '../../../server/build/compile/build-tree.js';
import { openCompiler } from '../../../server/build/compile/compiler.js';

const [folder = '', umask = '22', order = 'plain'] = process.argv.slice(2);
process.umask(Number.parseInt(umask, 8));

if (order === 'reversed') {
  const { readdir } = fs;
  const reversed = async (...args: Parameters<typeof readdir>) => (await readdir(...args)).reverse();
  Object.assign(fs, { readdir: reversed });
  syncBuiltinESMExports();
}

const device = join(folder, 'device');
const compiler = openCompiler();
const tree = await buildTree(
  { device, cache: join(folder, `cache-${umask}-${order}`), abis: [6, 5], keepSource: ['main.py'] },
  compiler,
);
const lines = tree.sets.flatMap(({ abi, files }) =>
  files.map(({ path, bytes }) => `${abi} ${path} ${createHash('sha256').update(bytes).digest('hex')}`),
);
process.stdout.write(`${lines.join('\n')}\n`);
await compiler.close();
