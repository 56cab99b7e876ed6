/**
 * Command-line flags from one table: the same table parses them, types them and prints `--help`.
 * Entries in scripts/ give their table and their main function to `runCommand` (exit.ts).
 */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { SoftOtaError } from '../errors.js';

interface Described {
  /** One line for --help. */
  readonly help: string;
}
interface Valued extends Described {
  /** What stands for the value in --help: DIR, FILE, URL … */
  readonly value: string;
}
export interface TextFlag extends Valued {
  readonly kind: 'text';
  readonly default?: string;
  readonly required?: true;
}
export interface NumberFlag extends Valued {
  readonly kind: 'number';
  readonly min: number;
  readonly max: number;
  readonly default?: number;
}
/** May be given several times. */
export interface ListFlag extends Valued {
  readonly kind: 'list';
}
export interface SwitchFlag extends Described {
  readonly kind: 'switch';
}
/** Words that stand by themselves, at least one of them. */
export interface OperandsFlag extends Valued {
  readonly kind: 'operands';
}
export type Flag = TextFlag | NumberFlag | ListFlag | SwitchFlag | OperandsFlag;
export type FlagTable = Readonly<Record<string, Flag>>;

type Present = { readonly default: string | number } | { readonly required: true };
type Maybe<F, V> = F extends Present ? V : V | undefined;
type ValueOf<F> = F extends { kind: 'switch' }
  ? boolean
  : F extends { kind: 'list' | 'operands' }
    ? readonly string[]
    : F extends { kind: 'number' }
      ? Maybe<F, number>
      : Maybe<F, string>;

/** What a table parses to: flags with a default or `required` are always there, the others may be undefined. */
export type Values<T extends FlagTable> = { readonly [K in keyof T]: ValueOf<T[K]> };

export interface Command<T extends FlagTable> {
  /** The name behind `npm run` and behind `soft-ota`. */
  readonly name: string;
  readonly summary: string;
  readonly flags: T;
  /** Further lines below the flags in --help. */
  readonly notes?: string;
  /** Works on this package itself, so `soft-ota` does not have it. */
  readonly inside?: true;
}

/** The flags that mean the same in every command. */
export const COMMON = {
  device: { kind: 'text', value: 'DIR', default: 'device', help: 'the source folder of the boards' },
  bdist: { kind: 'text', value: 'DIR', default: 'bdist', help: 'the folder of the built release' },
  keys: {
    kind: 'text',
    value: 'DIR',
    default: 'keys',
    help: 'the folder of the signing key and the enrolment master',
  },
  port: {
    kind: 'number',
    value: 'N',
    min: 0,
    max: 65535,
    default: 8267,
    help: 'TCP and UDP port (0: any free one)',
  },
  host: { kind: 'text', value: 'ADDRESS', default: '0.0.0.0', help: 'the address to listen on' },
} as const satisfies FlagTable;

/**
 * Reads `argv` (without node and script) by the table.
 * @throws SoftOtaError config_invalid for an unknown flag, a missing or a malformed value
 */
export function parseFlags<T extends FlagTable>(table: T, argv: readonly string[]): Values<T> {
  const given = rawFlags(table, argv);
  const values: Record<string, unknown> = {};
  for (const [name, flag] of Object.entries(table)) values[name] = readFlag(name, flag, given[name]);
  return Object.freeze(values) as Values<T>;
}

type Raw = string | boolean | (string | boolean)[] | undefined;

function rawFlags(table: FlagTable, argv: readonly string[]): Record<string, Raw> {
  try {
    const options = parseArgsOptions(table);
    const operands = Object.entries(table).find(([, { kind }]) => kind === 'operands')?.[0];
    const allowPositionals = operands !== undefined;
    const { values, positionals } = parseArgs({ args: [...argv], options, strict: true, allowPositionals });
    return allowPositionals ? { ...values, [operands]: positionals } : values;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    // Node adds advice about positional arguments, of which no command has any.
    throw new SoftOtaError('config_invalid', `${message.split('. ')[0]}.`, { cause });
  }
}

function parseArgsOptions(table: FlagTable): NonNullable<ParseArgsConfig['options']> {
  return Object.fromEntries(
    named(table).map(([name, flag]) => [
      name,
      { type: flag.kind === 'switch' ? 'boolean' : 'string', multiple: flag.kind === 'list' } as const,
    ]),
  );
}

/** The flags that are written with their names. */
function named(table: FlagTable): [string, Flag][] {
  return Object.entries(table).filter(([, { kind }]) => kind !== 'operands');
}

function readFlag(name: string, flag: Flag, raw: Raw): unknown {
  if (flag.kind === 'switch') return raw === true;
  if (flag.kind === 'list') return raw ?? [];
  if (flag.kind === 'operands') return readOperands(flag, raw);
  if (flag.kind === 'number') return raw === undefined ? flag.default : readNumber(name, flag, String(raw));
  if (raw === undefined && flag.required) {
    throw new SoftOtaError('config_invalid', `--${name} ${flag.value} is missing.`);
  }
  if (raw === '') throw new SoftOtaError('config_invalid', `--${name} needs a value that is not empty.`);
  return raw ?? flag.default;
}

function readOperands({ value }: OperandsFlag, raw: Raw): readonly string[] {
  if (Array.isArray(raw) && raw.length > 0) return raw.map(String);
  throw new SoftOtaError('config_invalid', `${value} is missing.`);
}

function readNumber(name: string, flag: NumberFlag, raw: string): number {
  const number = /^\d{1,15}$/.test(raw) ? Number(raw) : Number.NaN;
  if (number >= flag.min && number <= flag.max) return number;
  const range = `a whole number from ${flag.min} to ${flag.max}`;
  throw new SoftOtaError('config_invalid', `--${name} needs ${range}, not ${JSON.stringify(raw)}.`);
}

/** True when the user asks for help, whatever else stands beside it. */
export function wantsHelp(argv: readonly string[]): boolean {
  return argv.includes('--help') || argv.includes('-h');
}

/** The text of `--help`, ending with a line feed. */
export function helpText(command: Command<FlagTable>): string {
  const rows = Object.entries(command.flags).map(([name, flag]) => [synopsis(name, flag), describe(flag)]);
  rows.push(['--help', 'print this text']);
  const width = Math.max(...rows.map(([left = '']) => left.length));
  const lines = rows.map(([left = '', right = '']) => `  ${left.padEnd(width)}  ${right}`);
  const operands = Object.values(command.flags).map((flag) =>
    flag.kind === 'operands' ? ` ${flag.value}` : '',
  );
  const call = `[flags]${operands.join('')}`;
  const elsewhere = command.inside ? '' : `     or: soft-ota ${command.name} ${call}`;
  const usage = `Usage: npm run ${command.name} -- ${call}${elsewhere}`;
  const notes = command.notes === undefined ? [] : ['', command.notes];
  return `${[command.summary, '', usage, '', ...lines, ...notes].join('\n')}\n`;
}

function synopsis(name: string, flag: Flag): string {
  if (flag.kind === 'operands') return flag.value;
  return flag.kind === 'switch' ? `--${name}` : `--${name} ${flag.value}`;
}

function describe(flag: Flag): string {
  if (flag.kind === 'list') return `${flag.help} (may be repeated)`;
  if (flag.kind === 'switch' || flag.kind === 'operands') return flag.help;
  if (flag.kind === 'text' && flag.required) return `${flag.help} (required)`;
  return flag.default === undefined ? flag.help : `${flag.help} (default ${flag.default})`;
}
