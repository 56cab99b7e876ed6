/** The real server as a user starts it: its own process in the project's folder, its log in a file. */
import { type ChildProcess, spawn } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endWithUs, stop } from './child.js';
import type { Cleanup } from './cleanup.js';
import { compiled } from './paths.js';
import type { Project } from './project.js';

export interface Server {
  readonly port: number;
  readonly url: string;
  readonly pid: number;
}

const HOST = '127.0.0.1';
const READY_MS = 30_000;

/** Resolves once the first release is served. */
export async function startServer(
  project: Project,
  cleanup: Cleanup,
  flags: readonly string[] = [],
): Promise<Server> {
  const log = join(project.folder, 'server.log');
  const child = await launch(project.folder, log, flags);
  cleanup.add(() => stop(child));
  await said(log, /"msg":"release (?:published|unchanged)"/, child);
  const [, port] = await said(log, /"port":(\d+),"msg":"listening"/, child);
  return { port: Number(port), url: `http://${HOST}:${port}`, pid: child.pid ?? 0 };
}

async function launch(cwd: string, log: string, flags: readonly string[]): Promise<ChildProcess> {
  const file = await open(log, 'w');
  const args = [
    '--enable-source-maps',
    compiled('scripts/start.js'),
    '--port',
    '0',
    '--host',
    HOST,
    ...flags,
  ];
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', file.fd, 'inherit'] });
  await file.close();
  endWithUs(child);
  return child;
}

async function said(log: string, line: RegExp, child: ChildProcess): Promise<RegExpExecArray> {
  for (const end = performance.now() + READY_MS; performance.now() < end; await sleep(20)) {
    const text = await readFile(log, 'utf8');
    const found = line.exec(text);
    if (found !== null) return found;
    if (child.exitCode !== null || text.includes('"msg":"build failed"')) break;
  }
  throw new Error(`The server did not get ready:\n${await readFile(log, 'utf8')}`);
}
