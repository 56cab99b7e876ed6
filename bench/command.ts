/** What stands on the command line of the benchmarks. Pure. */
import { parseArgs } from 'node:util';
import { SoftOtaError } from '../server/errors.js';
import { BENCHES } from './benches.js';

export interface Order {
  readonly help: boolean;
  /** Which benchmarks to run. */
  readonly names: readonly string[];
  /** Where the results go as well. */
  readonly json?: string;
}

const KNOWN = BENCHES.map(({ name }) => name);
const WIDTH = Math.max(...KNOWN.map((name) => name.length));

export const HELP = `Measures what this project promises, each figure with its limit and beside a reference of the same run.

Usage: npm run bench -- [NAME …] [flags]     without a name: all of them

${BENCHES.map(({ name, summary }) => `  ${name.padEnd(WIDTH)}  ${summary}`).join('\n')}

  --json FILE  write the results there as well
  --help       this text

The exit code is 1 when a count is over its limit; times and rates depend on the machine and only say OVER.
`;

/** @throws SoftOtaError config_invalid */
export function readOrder(argv: readonly string[]): Order {
  const { values, positionals } = parse(argv);
  const strange = positionals.find((name) => !KNOWN.includes(name));
  if (strange !== undefined) {
    throw new SoftOtaError('config_invalid', `There is no benchmark "${strange}", only ${KNOWN.join(', ')}.`);
  }
  const names = positionals.length === 0 ? KNOWN : positionals;
  return { help: values.help === true, names, ...(values.json === undefined ? {} : { json: values.json }) };
}

function parse(argv: readonly string[]) {
  try {
    const options = { json: { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const;
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (cause) {
    throw new SoftOtaError('config_invalid', cause instanceof Error ? cause.message : String(cause));
  }
}
