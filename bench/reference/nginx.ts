/** A reference for blobs: nginx, one worker, sendfile, no log. Installed when it is missing and that is possible. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endWithUs, stop } from '../lab/child.js';
import type { Cleanup } from '../lab/cleanup.js';
import { temporaryFolder } from '../lab/project.js';

export interface Nginx {
  readonly port: number;
  readonly pids: readonly number[];
}

const PLACES = ['/usr/sbin/nginx', '/usr/bin/nginx', '/usr/local/sbin/nginx', '/usr/local/bin/nginx'];

/** Serves `root`; the reason as text when there is no nginx and none can be installed. */
export async function startNginx(root: string, cleanup: Cleanup): Promise<Nginx | string> {
  const program = find() ?? install();
  if (program === undefined) {
    return 'nginx is left out: it is not here, and installing it takes root and apt (apt-get install nginx-light).';
  }
  const folder = await temporaryFolder(cleanup);
  await mkdir(join(folder, 'logs'));
  const port = await freePort();
  await writeFile(join(folder, 'nginx.conf'), configuration(root, port));
  const args = ['-p', `${folder}/`, '-c', 'nginx.conf', '-e', 'logs/error.log'];
  const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  endWithUs(child);
  cleanup.add(() => stop(child));
  await sleep(300);
  const master = child.pid ?? 0;
  return { port, pids: [master, ...(await workersOf(master))] };
}

function find(): string | undefined {
  return PLACES.find((path) => existsSync(path));
}

function install(): string | undefined {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return undefined;
  process.stderr.write('nginx is missing: apt-get install -y nginx-light\n');
  // RUNLEVEL=1: the package must not start a web server of its own.
  const command =
    'RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends nginx-light';
  const run = (line: string) =>
    spawnSync('sh', ['-c', line], { stdio: ['ignore', 'ignore', 'inherit'] }).status;
  if (run(command) !== 0) run(`apt-get update && ${command}`);
  return find();
}

function configuration(root: string, port: number): string {
  // The folder belongs to whoever runs the benchmark, and nginx would change to another user.
  const user = process.getuid?.() === 0 ? 'user root;\n' : '';
  return `${user}daemon off; worker_processes 1; pid logs/nginx.pid;
events { worker_connections 1024; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; open_file_cache max=1000;
  types { } default_type application/octet-stream;
  client_body_temp_path logs/a; proxy_temp_path logs/b; fastcgi_temp_path logs/c; uwsgi_temp_path logs/d; scgi_temp_path logs/e;
  server { listen 127.0.0.1:${port}; root ${root}; }
}
`;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}

async function workersOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return text.split(' ').filter(Boolean).map(Number);
}
