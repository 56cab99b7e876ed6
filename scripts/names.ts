/** Gives words to names of device/ that have none yet (server/build/minify/names.ts). With --check it says which, and changes nothing. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openCompiler } from '../server/build/compile/compiler.js';
import { assigned } from '../server/build/minify/assign.js';
import { missingNames } from '../server/build/minify/missing.js';
import { MAP } from '../server/build/minify/names.js';

const ROOT = new URL('../../', import.meta.url);
const TABLE = fileURLToPath(new URL('server/build/minify/names.ts', ROOT));

const compiler = openCompiler();
const { names, set } = await missingNames(fileURLToPath(new URL('device', ROOT)), compiler);
await compiler.close();
if (names.length > 0 && process.argv.includes('--check')) {
  console.error(`No word yet for: ${names.join(' ')}\n  npm run names`);
  process.exitCode = 1;
} else if (names.length > 0) {
  const lines = assigned(names, set, MAP);
  const text = readFileSync(TABLE, 'utf8');
  writeFileSync(
    TABLE,
    text.replace(/\n`;\n/, () => `\n${lines.join('\n')}\n\`;\n`),
  );
  console.log(lines.join('\n'));
}
