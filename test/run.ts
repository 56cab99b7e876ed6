#!/usr/bin/env node
/**
 * npm test, last step: runs the test files, some at a time, and ends with one line that counts. tap's own runner does more, and
 * takes a second of processor time for each file, as long as all that many of them test.
 */
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { run } from '../server/exit.js';
import { type Counts, type Result, runFile } from './run-file.js';

const OPTIONS = {
  /** Print what passes, too. */
  verbose: { type: 'boolean', default: false },
  /** Seconds that a file may take. */
  timeout: { type: 'string', default: '240' },
  /** Files at a time: more than processors, since tests wait now and then. */
  jobs: { type: 'string', default: String(availableParallelism() + 1) },
} as const;

/** These take longest: they begin first, or the others would have to wait for them at the end. */
const LONG: readonly RegExp[] = [
  /test\/(power|attacks|plug\/soak)/,
  /test\/(faults|fuzz)/,
  /test\/e2e/,
  /test\/plug/,
];

/** The long ones first. */
function ordered(found: readonly string[]): string[] {
  const rank = (file: string): number => LONG.findIndex((long) => long.test(file)) + 1 || LONG.length + 1;
  return found.toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

function testFiles(): string[] {
  const found = readdirSync('dist/test', { recursive: true }).map((file) => join('dist/test', String(file)));
  return found.filter((file) => file.endsWith('.test.js'));
}

/** Figures and tables are for people, whether or not all is well. */
const TOLD = /^ *# (?!Subtest|time=|\{)/;

function report({ file, said, seconds, fail, pass }: Result, verbose: boolean): void {
  const passes = /^ *(ok \d|1\.\.\d|TAP version|# Subtest|$)/;
  const told = (line: string): boolean => (fail > 0 ? !passes.test(line) : TOLD.test(line));
  const lines = said.split('\n').filter((line) => verbose || told(line));
  const name = file.slice('dist/'.length, -'.test.js'.length);
  process.stdout.write(`${fail > 0 ? 'FAILED' : 'passed'} ${name} (${pass}, ${seconds.toFixed(1)} s)\n`);
  if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
}

await run(async () => {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const files = positionals.length > 0 ? positionals : ordered(testFiles());
  const results: Counts[] = [];
  const work = async (): Promise<void> => {
    for (let file = files.shift(); file !== undefined; file = files.shift()) {
      const result = await runFile(file, Number(values.timeout));
      report(result, values.verbose);
      results.push(result);
    }
  };
  await Promise.all(Array.from({ length: Number(values.jobs) }, work));
  const sum = (name: keyof Counts): number => results.reduce((all, result) => all + result[name], 0);
  process.stdout.write(`${sum('pass')} passed, ${sum('fail')} failed, ${sum('skip')} skipped\n`);
  return sum('fail') === 0 && sum('pass') > 0 ? 0 : 1;
});
