/**
 * `npm start --enrolled-only` gives the flag to npm, which keeps it: without a word the server would be
 * open to all. npm tells its scripts what it kept in `npm_config_*` (docs.npmjs.com/cli/using-npm/config).
 */
import { SoftOtaError } from '../errors.js';
import type { Command, FlagTable } from './flags.js';

type Variables = Readonly<Record<string, string | undefined>>;

/** @throws SoftOtaError config_invalid with the line to type, when npm has kept a flag of this command */
export function refuseKeptByNpm({ name, flags }: Command<FlagTable>, variables: Variables): void {
  // npm's variables reach every process below it; only its own script was typed with these flags.
  if (variables.npm_lifecycle_event !== name) return;
  const kept = Object.keys(flags).filter(
    (flag) => flags[flag]?.kind !== 'operands' && isKept(variables[variableOf(flag)]),
  );
  if (kept.length === 0) return;
  const typed = kept.map((flag) => synopsis(flag, flags)).join(' ');
  const names = kept.map((flag) => `--${flag}`).join(' and ');
  const npm = name === 'start' ? 'npm start' : `npm run ${name}`;
  throw new SoftOtaError(
    'config_invalid',
    `npm kept ${names} for itself, so ${npm} did not get it. Put two dashes before the flags: ${npm} -- ${typed}`,
  );
}

function variableOf(flag: string): string {
  return `npm_config_${flag.replaceAll('-', '_')}`;
}

/** npm has a setting of its own called `key`, a PEM text of several lines. An empty value is a switch that is off. */
function isKept(value: string | undefined): boolean {
  return value !== undefined && value !== '' && !value.includes('BEGIN');
}

function synopsis(name: string, flags: FlagTable): string {
  const flag = flags[name];
  return flag !== undefined && 'value' in flag ? `--${name} ${flag.value}` : `--${name}`;
}
