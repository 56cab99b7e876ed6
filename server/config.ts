/** Flags and environment, read once: one frozen, typed configuration for each command. Alone in reading the environment. */
import { join } from 'node:path';
import type { Level } from 'pino';
import { SoftOtaError } from './errors.js';
import { COMMON, type Command, type Values } from './flags.js';
import type { LogOptions } from './log.js';
import { parseWhole } from './manifest/words.js';

const MPY_CROSS = {
  kind: 'text',
  value: 'PATH',
  help: 'the mpy-cross of your firmware instead of the bundled one',
} as const;
const { device, bdist, keys, port, host } = COMMON;

const startFlags = {
  device,
  bdist,
  keys,
  port,
  host,
  'mpy-cross': MPY_CROSS,
  'no-watch': { kind: 'switch', help: 'build once, and not again when a source changes' },
  from: {
    kind: 'text',
    value: 'URL|DIR',
    help: 'serve a copy of what was published there; no private key, no sources',
  },
  key: { kind: 'text', value: 'FILE', help: 'with --from: the public key to check it with' },
  interval: {
    kind: 'number',
    value: 'SECONDS',
    min: 1,
    max: 86_400,
    default: 60,
    help: 'with --from URL: time between two looks',
  },
} as const;

export const START: Command<typeof startFlags> = {
  name: 'start',
  summary: 'Compiles, signs, serves and watches: save a file, reboot a board, and it runs the new code.',
  flags: startFlags,
};

const buildFlags = {
  device,
  bdist,
  keys,
  'mpy-cross': MPY_CROSS,
  release: {
    kind: 'number',
    value: 'N',
    min: 1,
    max: 0xffff_ffff,
    help: 'the number of a new release, instead of the next one',
  },
} as const;

export const BUILD: Command<typeof buildFlags> = {
  name: 'build',
  summary: 'Compiles and signs a release into a folder that any web server can serve.',
  flags: buildFlags,
};

/** What a command needs of the environment. */
export interface Environment {
  readonly log: LogOptions;
  /** Unix seconds, from SOURCE_DATE_EPOCH. */
  readonly sourceDate?: number;
}

export interface BuildConfig extends Environment {
  readonly device: string;
  readonly bdist: string;
  readonly keys: string;
  readonly cache: string;
  readonly mpyCross?: string;
  readonly release?: number;
}

export interface StartConfig extends Omit<BuildConfig, 'release'> {
  readonly host: string;
  readonly port: number;
  readonly watch: boolean;
  /** Present for a mirror. */
  readonly mirror?: { readonly from: string; readonly key?: string; readonly interval: number };
}

type Variables = Readonly<Record<string, string | undefined>>;

/** @throws SoftOtaError config_invalid */
export function buildConfig(
  flags: Values<typeof buildFlags>,
  variables: Variables = process.env,
): BuildConfig {
  const { release } = flags;
  return Object.freeze({ ...shared(flags, variables), ...(release === undefined ? {} : { release }) });
}

/** @throws SoftOtaError config_invalid */
export function startConfig(
  flags: Values<typeof startFlags>,
  variables: Variables = process.env,
): StartConfig {
  const { host: address, port: number, from, key, interval } = flags;
  if (key !== undefined && from === undefined) {
    throw new SoftOtaError('config_invalid', '--key is for --from only.');
  }
  const mirror =
    from === undefined ? {} : { mirror: { from, interval, ...(key === undefined ? {} : { key }) } };
  return Object.freeze({
    ...shared(flags, variables),
    host: address,
    port: number,
    watch: !flags['no-watch'],
    ...mirror,
  });
}

type SharedFlags = Pick<Values<typeof startFlags>, 'device' | 'bdist' | 'keys' | 'mpy-cross'>;

function shared(flags: SharedFlags, variables: Variables) {
  const mpyCross = flags['mpy-cross'];
  return {
    device: flags.device,
    bdist: flags.bdist,
    keys: flags.keys,
    cache: join('.soft-ota', 'cache'),
    ...(mpyCross === undefined ? {} : { mpyCross }),
    ...readEnvironment(variables),
  };
}

const LEVELS: readonly string[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

function readEnvironment(variables: Variables): Environment {
  const { LOG_LEVEL: level = 'info', NO_COLOR: noColour = '', SOURCE_DATE_EPOCH: date = '' } = variables;
  if (!LEVELS.includes(level)) {
    throw new SoftOtaError('config_invalid', `LOG_LEVEL is one of ${LEVELS.join(', ')}, not "${level}".`);
  }
  const pretty = process.stdout.isTTY === true;
  const log = { level: level as Level | 'silent', pretty, colour: pretty && noColour === '' };
  return { log, ...(date === '' ? {} : { sourceDate: readDate(date) }) };
}

function readDate(text: string): number {
  const date = parseWhole(text, 0, Number.MAX_SAFE_INTEGER);
  if (date !== undefined) return date;
  throw new SoftOtaError('config_invalid', `SOURCE_DATE_EPOCH is Unix seconds, not "${text}".`);
}
