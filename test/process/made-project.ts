/** A project folder as a user has it, and the commands run in it. */
import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import { makeFolder } from '../keys/folder.js';
import { SOURCES } from '../release/made-project.js';

const scriptOf = (name: string) => fileURLToPath(new URL(`../../scripts/${name}.js`, import.meta.url));

/** @param keys copied from there; made by the first command that needs them when not given */
export function makeProject(t: Test, keys?: string): string {
  const dir = makeFolder(t);
  for (const [path, text] of Object.entries(SOURCES)) write(dir, path, text);
  if (keys !== undefined) cpSync(keys, join(dir, 'keys'), { recursive: true });
  return dir;
}

export function write(dir: string, path: string, text: string): void {
  const full = join(dir, 'device', path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
}

export function runScript(name: string, args: string[], cwd: string, env: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [scriptOf(name), ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  return { status, stdout, stderr };
}

export interface Started {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  /** Waits for a log line with this message, among those that no call has found yet. */
  line(msg: string): Promise<Record<string, unknown>>;
  readonly exit: Promise<number | null>;
  readonly errors: () => string;
}

/**
 * Starts a server script; its log is read line by line.
 * @param files how many it may have open
 */
export function startScript(t: Test, args: string[], cwd: string, files?: number): Started {
  const limit = files === undefined ? '' : `ulimit -n ${files} && `;
  const command = [process.execPath, scriptOf('start'), ...args];
  const child = spawn('sh', ['-c', `${limit}exec "$0" "$@"`, ...command], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  let text = '';
  let errors = '';
  child.stdout.on('data', (piece) => {
    text += piece;
  });
  child.stderr.on('data', (piece) => {
    errors += piece;
  });
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const take = (msg: string): Record<string, unknown> | undefined => {
    const lines = text.split('\n');
    const index = lines.findIndex((one) => one.endsWith(`"msg":"${msg}"}`));
    if (index === -1) return undefined;
    text = lines.slice(index + 1).join('\n');
    return JSON.parse(lines[index] ?? '');
  };
  const line = async (msg: string) => {
    for (let i = 0; i < 2000; i += 1) {
      const found = take(msg);
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`no line "${msg}" in: ${text}\n${errors}`);
  };
  return { child, line, exit, errors: () => errors };
}
