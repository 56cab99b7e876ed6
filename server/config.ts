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
  expires: {
    kind: 'number',
    value: 'DAYS',
    min: 1,
    max: 3650,
    help: 'for static hosts: boards say when a release is older; build again to renew it',
  },
  cosigner: {
    kind: 'list',
    value: 'KEY-ID',
    help: 'a key elsewhere that is to sign as well, where releases need several',
  },
} as const;

export const BUILD: Command<typeof buildFlags> = {
  name: 'build',
  summary: 'Compiles and signs a release into a folder that any web server can serve.',
  flags: buildFlags,
};

const downgradeFlags = {
  device,
  bdist,
  keys,
  'mpy-cross': MPY_CROSS,
  to: { kind: 'number', value: 'N', min: 1, max: 0xffff_ffff, help: 'the number to go back to (required)' },
  from: {
    kind: 'number',
    value: 'N',
    min: 1,
    max: 0xffff_ffff,
    help: 'the highest number that boards may have (default: that of the release in BDIST)',
  },
} as const;

export const DOWNGRADE: Command<typeof downgradeFlags> = {
  name: 'downgrade',
  summary:
    'Signs what the sources say now under a lower number, and lets boards that have a higher one take it.',
  flags: downgradeFlags,
  notes: `For release numbers that ran away, or to offer an old release under its own number again: check its sources out first, for
boards that have that number take no other content under it. To take back a bad release, there is a simpler way: put the
old sources back and build; the next number is as good as any.`,
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
  /** Days that the release holds. */
  readonly expiresIn?: number;
  /** Key ids. */
  readonly cosigners?: readonly string[];
  /** Boards that have a release up to this one take the lower `release`; 0 stands for the last one. */
  readonly downgrade?: number;
}

export interface StartConfig extends Omit<BuildConfig, 'release' | 'downgrade'> {
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
  const { release, expires, cosigner } = flags;
  return Object.freeze({
    ...shared(flags, variables),
    ...(release === undefined ? {} : { release }),
    ...(expires === undefined ? {} : { expiresIn: expires }),
    ...(cosigner.length === 0 ? {} : { cosigners: cosigner }),
  });
}

/** @throws SoftOtaError config_invalid */
export function downgradeConfig(
  flags: Values<typeof downgradeFlags>,
  variables: Variables = process.env,
): BuildConfig {
  const { to: release, from: downgrade = 0 } = flags;
  if (release === undefined) throw new SoftOtaError('config_invalid', '--to N is missing.');
  return Object.freeze({ ...shared(flags, variables), release, downgrade });
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
