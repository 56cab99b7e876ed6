#!/usr/bin/env node
/** npm test, last step: runs the test files with tap and ends with one line that counts. `--all`: also those that are for the night. */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
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

/** Thousands of boots, whole minutes of a plug's life: `npm run test:all`, and every night. The others take five minutes. */
const SLOW: readonly RegExp[] = [
  /plug\/(soak|browser|button|mqtt|portal|settings|night|ntp|plan|restart|memory|web|forms|wifi)\.test/,
  /plug\/(mqtt-(away|fuzz|ha|login|packets)|rules-faults)\.test/,
  /faults\/(fuzz|kill|kill-server|full|siege)\.test/,
  /(power|attacks|fuzz)\/\w+\.test/,
  /e2e\/(damage|space|folders|report|halt|trust-\w+)\.test/,
];

/** What tap is asked to run: what the command line says, else all tests, with those for the night or without. */
export function chosen(args: readonly string[], found: readonly string[]): string[] {
  if (args.some((arg) => !arg.startsWith('-'))) return [...args];
  const options = args.filter((arg) => arg !== '--all');
  const all = options.length < args.length;
  return [...options, ...found.filter((file) => all || !SLOW.some((slow) => slow.test(file)))];
}

function testFiles(): string[] {
  const found = readdirSync('dist/test', { recursive: true }).map((file) => join('dist/test', String(file)));
  return found.filter((file) => file.endsWith('.test.js')).sort();
}

await run(async () => {
  const args = chosen(process.argv.slice(2), testFiles());
  const tap = spawn(process.execPath, [TAP, '--reporter=terse', ...args], {
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
