#!/usr/bin/env node
/**
 * npm test, last step: runs the test files, some processes at a time, and ends with one line that counts. tap's own runner does more, and
 * takes a second of processor time for each file, as long as all that many of them test.
 */
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { wantsHelp } from '../server/cli/flags.js';
import { runMain } from '../server/cli/run-command.js';
import { provide } from './provide.js';
import { type Counts, type Result, runFiles } from './run-file.js';

/** More processes than processors, since tests wait half of their time. */
const JOBS = String(availableParallelism() + 4);
const OPTIONS = {
  verbose: { type: 'boolean', default: false },
  timeout: { type: 'string', default: '400' },
  jobs: { type: 'string', default: JOBS },
} as const;
const HELP = `Runs the tests, some processes at a time; ends with 1 when one has failed.

Usage: npm test -- [FILE …] [flags]     FILE: dist/test/….test.js; without any: all of them

  --verbose    print what passes, too
  --timeout N  seconds that a process may take (default ${OPTIONS.timeout.default})
  --jobs N     processes at a time (default ${JOBS})
  --help       this text

npm run power, npm run strand and npm run faults are tests of their kind with every case that there is, and take these flags, too.
`;

/** Each has a process to itself: it takes as long as a group of the others. */
const LONG: readonly RegExp[] = [
  /test\/(power|attacks|strand|plug\/soak)/,
  /test\/(faults|fuzz)/,
  /test\/(e2e\/(space|waiting|whole|alone|chip|stuck|way-back|moved|trial|update|damage)|plug\/(browser|memory|night))/,
  /test\/process\/(endless|reports|start|trust)/,
];
/** So many of the others share one: to load tap, the server and the simulator takes longer than most files test. */
const FILES_PER_PROCESS = 6;
/** Groups of these take longest of all, so they begin first: the end would have to wait for them. */
const BOARDS: readonly RegExp[] = [/test\/e2e/, /test\/plug/];

/** Those of the first pattern first. */
function ordered(found: readonly string[], patterns: readonly RegExp[]): string[] {
  const rank = (file: string): number =>
    patterns.findIndex((pattern) => pattern.test(file)) + 1 || patterns.length + 1;
  return found.toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

function groups(files: readonly string[]): string[][] {
  const count = Math.ceil(files.length / FILES_PER_PROCESS);
  return Array.from({ length: count }, (_, group) =>
    files.slice(group * FILES_PER_PROCESS, (group + 1) * FILES_PER_PROCESS),
  );
}

/** What each process runs, in the order in which they begin. */
function shared(found: readonly string[]): string[][] {
  const isLong = (file: string): boolean => LONG.some((long) => long.test(file));
  const hasBoard = (file: string): boolean => BOARDS.some((board) => board.test(file));
  const others = found.filter((file) => !isLong(file));
  const alone = ordered(found.filter(isLong), LONG).map((file) => [file]);
  const boards = groups(ordered(others.filter(hasBoard), BOARDS));
  const rest = groups(
    ordered(
      others.filter((file) => !hasBoard(file)),
      [],
    ),
  );
  return [...boards, ...alone, ...rest];
}

function testFiles(): string[] {
  const found = readdirSync('dist/test', { recursive: true }).map((file) => join('dist/test', String(file)));
  return found.filter((file) => file.endsWith('.test.js'));
}

/** Figures and tables are for people, whether or not all is well. */
const TOLD = /^ *# (?!Subtest|time=|\{)/;

function report({ files, said, seconds, fail, pass }: Result, verbose: boolean): void {
  const passes = /^ *(ok \d|1\.\.\d|TAP version|# Subtest|$)/;
  const told = (line: string): boolean => (fail > 0 ? !passes.test(line) : TOLD.test(line));
  const lines = said.split('\n').filter((line) => verbose || told(line));
  const name = files.map((file) => file.replace(/^dist\/test\/|\.test\.js$/g, '')).join(' ');
  process.stdout.write(`${fail > 0 ? 'FAILED' : 'passed'} ${name} (${pass}, ${seconds.toFixed(1)} s)\n`);
  if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
}

await runMain(async () => {
  if (wantsHelp(process.argv)) {
    process.stdout.write(HELP);
    return 0;
  }
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  if (positionals.length === 0 && !(await provide((text) => process.stdout.write(text)))) return 1;
  const processes = positionals.length > 0 ? positionals.map((file) => [file]) : shared(testFiles());
  const results: Counts[] = [];
  const work = async (): Promise<void> => {
    for (let files = processes.shift(); files !== undefined; files = processes.shift()) {
      const result = await runFiles(files, Number(values.timeout));
      report(result, values.verbose);
      results.push(result);
    }
  };
  await Promise.all(Array.from({ length: Number(values.jobs) }, work));
  const sum = (name: keyof Counts): number => results.reduce((all, result) => all + result[name], 0);
  process.stdout.write(`${sum('pass')} passed, ${sum('fail')} failed, ${sum('skip')} skipped\n`);
  return sum('fail') === 0 && sum('pass') > 0 ? 0 : 1;
});
