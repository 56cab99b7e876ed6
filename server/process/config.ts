/** Flags and environment, read once: one frozen, typed configuration for each command. Alone in reading the environment. */
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { Level } from 'pino';
import { SoftOtaError } from '../errors.js';
import { parseUint } from '../signing/fields.js';
import type { LogOptions } from './log.js';

/** What was typed, in the shape that is read here; the tables of flags in commands.ts parse to it. */
interface SharedFlags {
  readonly device: string;
  readonly bdist: string;
  readonly keys: string;
  readonly 'mpy-cross': string | undefined;
}

export interface BuildFlags extends SharedFlags {
  readonly release: number | undefined;
  readonly expires: number | undefined;
  readonly cosigner: readonly string[];
}

export interface DowngradeFlags extends SharedFlags {
  readonly to: number | undefined;
  readonly from: number | undefined;
}

export interface StartFlags extends SharedFlags {
  readonly host: string;
  readonly port: number;
  readonly from: string | undefined;
  readonly key: string | undefined;
  readonly interval: number;
  readonly 'no-watch': boolean;
  readonly 'enrolled-only': boolean;
  readonly 'halt-at': string;
  readonly 'trust-proxy': readonly string[];
  readonly 'console-open': boolean;
}

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
  readonly enrolledOnly?: boolean;
  readonly consoleOpen?: boolean;
  /** Addresses or networks of proxies in front. */
  readonly trustProxy?: readonly string[];
  /** The share of failures that halts a release; Infinity for never. */
  readonly haltAt?: number;
  /** Present for a mirror. */
  readonly mirror?: { readonly from: string; readonly key?: string; readonly interval: number };
}

type Variables = Readonly<Record<string, string | undefined>>;

/** @throws SoftOtaError config_invalid */
export function buildConfig(flags: BuildFlags, variables: Variables = process.env): BuildConfig {
  const { release, expires, cosigner } = flags;
  return Object.freeze({
    ...shared(flags, variables),
    ...(release === undefined ? {} : { release }),
    ...(expires === undefined ? {} : { expiresIn: expires }),
    ...(cosigner.length === 0 ? {} : { cosigners: cosigner }),
  });
}

/** @throws SoftOtaError config_invalid */
export function downgradeConfig(flags: DowngradeFlags, variables: Variables = process.env): BuildConfig {
  const { to: release, from: downgrade = 0 } = flags;
  if (release === undefined) throw new SoftOtaError('config_invalid', '--to N is missing.');
  return Object.freeze({ ...shared(flags, variables), release, downgrade });
}

/** @throws SoftOtaError config_invalid */
export function startConfig(flags: StartFlags, variables: Variables = process.env): StartConfig {
  const { host: address, port: number, from, key, interval } = flags;
  if (key !== undefined && from === undefined) {
    throw new SoftOtaError('config_invalid', '--key is for --from only.');
  }
  const enrolledOnly = flags['enrolled-only'];
  if (enrolledOnly && from !== undefined) {
    throw new SoftOtaError('config_invalid', 'A mirror knows no board: --enrolled-only is not for --from.');
  }
  const mirror =
    from === undefined ? {} : { mirror: { from, interval, ...(key === undefined ? {} : { key }) } };
  return Object.freeze({
    ...shared(flags, variables),
    host: address,
    port: number,
    watch: !flags['no-watch'],
    enrolledOnly,
    consoleOpen: flags['console-open'],
    trustProxy: flags['trust-proxy'].map(readProxy),
    haltAt: readShare(flags['halt-at']),
    ...mirror,
  });
}

function readShare(text: string): number {
  if (text === 'never') return Number.POSITIVE_INFINITY;
  if (/^(?:0(?:\.\d{1,6})?|1(?:\.0{1,6})?)$/.test(text)) return Number(text);
  throw new SoftOtaError('config_invalid', `--halt-at needs a share from 0 to 1, or never, not "${text}".`);
}

function readProxy(text: string): string {
  const [address = '', bits = '0', ...rest] = text.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  if (rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= most) return text;
  throw new SoftOtaError('config_invalid', `--trust-proxy needs an address or a network, not "${text}".`);
}

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
  const date = parseUint(text, 0, Number.MAX_SAFE_INTEGER);
  if (date !== undefined) return date;
  throw new SoftOtaError('config_invalid', `SOURCE_DATE_EPOCH is Unix seconds, not "${text}".`);
}
