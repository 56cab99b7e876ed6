/** The rim of every command: the only file that turns an error into words on stderr and into an exit code. */

import { withCommandNames } from '../command-name.js';
import { SoftOtaError } from '../errors.js';
import { systemError } from '../fs/system-error.js';
import { type Command, type FlagTable, helpText, parseFlags, type Values, wantsHelp } from './flags.js';
import { refuseKeptByNpm } from './npm-flags.js';

/** What a command's main function gives back: an exit code, or nothing for 0. */
export type Main = () => Promise<number> | Promise<void>;

/**
 * Runs a command and sets the exit code: what `main` gives back, 1 when it throws. An error is printed as its code,
 * its sentence and what to do about it, never as a stack trace. Handles that are still open keep the process alive.
 */
export async function runMain(main: Main): Promise<void> {
  process.stdout.once('error', exitQuietly);
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    process.stderr.write(errorText(error));
    process.exitCode = 1;
  }
}

/** Who reads has gone, as `| head` does: nobody is left to be told anything. */
function exitQuietly(error: Error): void {
  if ('code' in error && error.code === 'EPIPE') process.exit(1);
  throw error;
}

/** Like `run`, for a command with a table of flags: `--help` prints the table, a wrong flag is an error. */
export function runCommand<T extends FlagTable>(
  command: Command<T>,
  main: (flags: Values<T>) => ReturnType<Main>,
): Promise<void> {
  const argv = process.argv.slice(2);
  if (wantsHelp(argv)) {
    process.stdout.write(helpText(command));
    return Promise.resolve();
  }
  return runMain(async () => {
    refuseKeptByNpm(command, process.env);
    return (await main(parseFlags(command.flags, argv))) ?? 0;
  });
}

/** Tells a person how it went, with commands as they are typed here. */
export function print(text: string): void {
  process.stdout.write(withCommandNames(text));
}

/** What a person should know before the work goes on. */
export function warn(sentence: string): void {
  process.stderr.write(withCommandNames(`warning: ${sentence}\n`));
}

/** `error <code>: <message>` and, indented below it, the hint. Anything without a code counts as `internal`. */
export function errorText(error: unknown): string {
  const known = error instanceof SoftOtaError ? error : asInternal(error);
  return withCommandNames(`error ${known.code}: ${known.message}\n  ${known.hint}\n`);
}

function asInternal(cause: unknown): SoftOtaError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return systemError(cause) ?? new SoftOtaError('internal', message, { cause });
}
