/** Programs of their own: what is measured and what measures never share a thread. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Cleanup } from './cleanup.js';
import { compiled } from './paths.js';

/** Starts a compiled script that sends one message and ends by itself; gives that message. */
export async function result<T>(script: string, job: object, cwd?: string): Promise<T> {
  const child = start(script, job, cwd);
  const ended = once(child, 'exit');
  const message = await answer<T>(child, script);
  await ended;
  return message;
}

export interface Service<T> {
  readonly pid: number;
  /** Its first message. */
  readonly hello: T;
}

/** Starts a compiled script that serves until the cleanup. */
export async function service<T>(script: string, job: object, cleanup: Cleanup): Promise<Service<T>> {
  const child = start(script, job);
  cleanup.add(() => stop(child));
  const hello = await answer<T>(child, script);
  return { pid: child.pid ?? 0, hello };
}

/** A benchmark that fails must leave nothing running. Ends with the process itself. */
export function endWithUs(child: ChildProcess): void {
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
}

/** Asks the process to end and waits until it has; after five seconds it has to. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
  await ended;
  clearTimeout(timer);
}

function start(script: string, job: object, cwd?: string): ChildProcess {
  const child = fork(compiled(script), { ...(cwd === undefined ? {} : { cwd }) });
  endWithUs(child);
  child.send(job);
  return child;
}

function answer<T>(child: ChildProcess, script: string): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as T));
    child.once('exit', (code) =>
      reject(new Error(`${script} ended with code ${code} before it said anything`)),
    );
  });
}
