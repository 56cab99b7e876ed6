#!/usr/bin/env node
/** npm test, last step: runs all test files with tap and ends with one line that counts. */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { run } from '../server/exit.js';

const TAP = join(dirname(createRequire(import.meta.url).resolve('tap/package.json')), 'dist/esm/run.mjs');

/** tap's own last words: `# { total: 9, pass: 7, fail: 1, skip: 1 }`; a count of zero is left out. */
export function countLine(output: string): string {
  const summary = output.match(/^# \{ (.*) \}$/gm)?.at(-1) ?? '';
  const count = (name: string): number => Number(new RegExp(`${name}: (\\d+)`).exec(summary)?.[1] ?? 0);
  return `${count('pass')} passed, ${count('fail')} failed, ${count('skip') + count('todo')} skipped`;
}

await run(async () => {
  const tap = spawn(process.execPath, [TAP, '--reporter=terse', ...process.argv.slice(2)], {
    stdio: ['inherit', 'pipe', 'inherit'],
  });
  let output = '';
  tap.stdout.on('data', (bytes: Buffer) => {
    output += bytes.toString();
    process.stdout.write(bytes);
  });
  const code = await new Promise<number>((resolve) => tap.on('close', (status) => resolve(status ?? 1)));
  process.stdout.write(`${countLine(output)}\n`);
  return code;
});
