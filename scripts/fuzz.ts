#!/usr/bin/env node
import type { FlagTable } from '../server/cli/flags.js';
import { runCommand } from '../server/cli/run-command.js';
/** npm run fuzz: arbitrary input for the server, as long as there is time. */
import { SoftOtaError } from '../server/errors.js';
import { FUZZERS } from '../test/faults/fuzzers.js';

const flags = {
  rounds: {
    kind: 'number',
    value: 'N',
    min: 1,
    max: 1e12,
    default: 10_000_000,
    help: 'inputs for each fuzzer',
  },
  seed: { kind: 'number', value: 'N', min: 0, max: 0x7fff_ffff, help: 'the same inputs again' },
  only: { kind: 'text', value: 'NAME', help: FUZZERS.map(({ name }) => name).join(', ') },
} as const satisfies FlagTable;
const summary =
  'Throws arbitrary and mutated input at the code; ends with 1 at the first fault, with its smallest input.';
const notes = FUZZERS.map(({ name, summary: what }) => `  ${name}: ${what}`).join('\n');

await runCommand(
  { name: 'fuzz', summary, flags, notes, inside: true },
  async ({ rounds, only, seed = Date.now() % 2 ** 31 }) => {
    for (const { name, run } of chosen(only)) {
      const began = performance.now();
      process.stdout.write(`${name}: ${rounds} rounds, --seed ${seed} …\n`);
      const seen = await run(rounds, seed).catch(withCause);
      const seconds = (performance.now() - began) / 1000;
      process.stdout.write(`${name}: ${rounds} rounds, 0 broken, ${seconds.toFixed(1)} s; ${seen}\n`);
    }
  },
);

/** fast-check says with which input, and keeps as the cause what went wrong. */
function withCause(error: unknown): never {
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  throw new Error(`${message}\n${cause instanceof Error ? cause.message : ''}`, { cause: error });
}

function chosen(only: string | undefined) {
  const found = FUZZERS.filter(({ name }) => only === undefined || name === only);
  if (found.length === 0) throw new SoftOtaError('config_invalid', `There is no fuzzer "${only}".`);
  return found;
}
