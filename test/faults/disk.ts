/**
 * A disk that fails on purpose: every call of node:fs and node:fs/promises that changes something is counted, and any of them
 * can be the last one, be cut in half, or find no room. Works in the own process and, through preload.ts, in children.
 */
import fs from 'node:fs';
import fsp from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

export interface Call {
  /** From 1. */
  readonly number: number;
  readonly name: string;
  readonly path: string;
  /** It needs room on the disk. */
  readonly grows: boolean;
}

export interface Fault {
  /** Whether it strikes at this call: before it, or after half of the bytes that it writes. */
  strikes(call: Call): 'before' | 'half' | undefined;
  /** Ends the process, or throws; when it comes back, the call is done to its end. */
  happen(call: Call): void;
  /** One call after the other, even where the program has some under way at a time: between two of them the disk stands still. */
  readonly inTurn?: true;
}

type Act = (...args: unknown[]) => unknown;
type Around = (real: Act, args: unknown[]) => unknown;

const GROWING = ['mkdir', 'link', 'symlink'];
const OTHERS = ['rename', 'rm', 'rmdir', 'unlink', 'chmod', 'utimes', 'truncate'];
/** Loggers write there; what is said is no change of the disk. */
const LAST_STANDARD_STREAM = 2;

const NONE: Fault = { strikes: () => undefined, happen: () => undefined };
let fault = NONE;
let count = 0;
let isPatched = false;
let last: Promise<unknown> = Promise.resolve();
let isSilent = false;

/** Counts from 1 again, and asks `next` about every changing call from now on; nothing fails without one. */
export function failWith(next: Fault = NONE): void {
  if (!isPatched) patch();
  fault = next;
  count = 0;
}

/** Changing calls since the last `failWith`. */
export function changesSoFar(): number {
  return count;
}

function patch(): void {
  isPatched = true;
  for (const name of [...GROWING, ...OTHERS]) {
    wrapBoth(name, whole(name, GROWING.includes(name)));
  }
  wrap(fsp, 'writeFile', (real, [path, data, ...rest]) =>
    inHalves('writeFile', path, data, {
      write: (bytes) => real(path, bytes, ...rest),
      more: (bytes) => real(path, bytes, { flag: 'a' }),
    }),
  );
  wrap(fs, 'writeFileSync', (real, [path, data, ...rest]) =>
    inHalves('writeFile', path, data, {
      write: (bytes) => real(path, bytes, ...rest),
      more: (bytes) => real(path, bytes, { flag: 'a' }),
    }),
  );
  wrap(fs, 'writeSync', (real, args) =>
    Number(args[0]) <= LAST_STANDARD_STREAM ? real(...args) : whole('write', true)(real, args),
  );
  wrap(fsp, 'open', openHandle);
  syncBuiltinESMExports();
}

function wrapBoth(name: string, around: Around): void {
  wrap(fsp, name, around);
  wrap(fs, `${name}Sync`, around);
}

function wrap(host: object, name: string, around: Around): void {
  const real = (Reflect.get(host, name) as Act).bind(host);
  const isAsync = !name.endsWith('Sync');
  const act: Act = isAsync
    ? (...args) => inTurn(async () => around(real, args))
    : (...args) => around(real, args);
  Reflect.set(host, name, act);
}

function inTurn(work: () => Promise<unknown>): Promise<unknown> {
  if (fault.inTurn !== true) return work();
  const mine = last.then(work);
  last = mine.catch(() => undefined);
  return mine;
}

/** A call that happens or does not. */
function whole(name: string, grows: boolean, path?: string): Around {
  return (real, args) => {
    const { call, strike } = judge(name, path ?? args[0], grows);
    if (strike !== undefined) fault.happen(call);
    return real(...args);
  };
}

/** How bytes come into a file, and behind those that are there. */
interface Pen {
  write(bytes: unknown): unknown;
  more(bytes: unknown): unknown;
}

/** A call that writes bytes, and may come to its end in the middle of them. */
function inHalves(name: string, path: unknown, data: unknown, { write, more }: Pen): unknown {
  const { call, strike } = judge(name, path, true);
  if (strike === 'before') fault.happen(call);
  if (strike !== 'half') return write(data);
  // A text stays one: the calls below are others for bytes.
  const all = typeof data === 'string' ? data : Buffer.from(data as Buffer);
  const half = all.length >> 1;
  const struck = (): unknown => {
    fault.happen(call);
    return silently(() => more(all.slice(half)));
  };
  const written = write(all.slice(0, half));
  return written instanceof Promise ? written.then(struck) : struck();
}

/** What `act` changes before it comes back is nobody's concern: it is not counted, and does not fail. */
export function silently<T>(act: () => T): T {
  isSilent = true;
  try {
    return act();
  } finally {
    isSilent = false;
  }
}

function judge(name: string, path: unknown, grows: boolean) {
  if (isSilent) return { call: { number: 0, name, path: String(path), grows }, strike: undefined };
  count += 1;
  const call: Call = { number: count, name, path: String(path), grows };
  return { call, strike: fault.strikes(call) };
}

async function openHandle(real: Act, args: unknown[]): Promise<unknown> {
  const path = String(args[0]);
  const reads = [undefined, 'r', fs.constants.O_RDONLY].includes(args[1] as string | undefined);
  if (reads) return real(...args);
  const file = (await whole('open', true)(real, args)) as fsp.FileHandle;
  wrap(file, 'chmod', whole('fchmod', false, path));
  wrap(file, 'write', whole('write', true, path));
  wrap(file, 'writeFile', (write, [data]) => inHalves('writeFile', path, data, { write, more: write }));
  return file;
}

/** Hundreds of folders are laid and none has to survive the machine; a process that ends needs no sync to be read after. */
export async function doNotSync(): Promise<void> {
  const file = await fsp.open(new URL(import.meta.url));
  Object.assign(Object.getPrototypeOf(file), { sync: async () => undefined });
  await file.close();
}
