/** A real Mosquitto on a port of its own: it can be stopped, started again on the same port, and frozen. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Test } from 'tap';
import { have } from '../programs.js';

export interface BrokerOptions {
  /** Who is let in; everybody when left out. */
  readonly users?: Readonly<Record<string, string>>;
  /** Lines of an access control list. */
  readonly acl?: readonly string[];
}

export class Broker {
  #child: ChildProcess | undefined;
  /** What it has logged. */
  log = '';

  private constructor(
    readonly port: number,
    readonly program: string,
    readonly folder: string,
  ) {}

  /** A broker that is not running yet, so that its port refuses. */
  static async make(t: Pick<Test, 'teardown'>, options: BrokerOptions = {}): Promise<Broker> {
    const folder = mkdtempSync(join(tmpdir(), 'soft-ota-broker-'));
    const broker = new Broker(await freePort(), have('mosquitto'), folder);
    broker.#configure(options);
    t.teardown(async () => {
      await broker.stop();
      rmSync(folder, { recursive: true, force: true });
    });
    return broker;
  }

  static async up(t: Pick<Test, 'teardown'>, options: BrokerOptions = {}): Promise<Broker> {
    const broker = await Broker.make(t, options);
    await broker.start();
    return broker;
  }

  async start(): Promise<void> {
    // It ends with this process, however that ends, also when it is frozen.
    const command = ['--pdeathsig', 'KILL', this.program, '-v', '-c', join(this.folder, 'mosquitto.conf')];
    const child = spawn('setpriv', command, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child = child;
    child.stderr?.on('data', (bytes: Buffer) => {
      this.log += bytes.toString();
    });
    while (!(await answers(this.port))) await sleep(20);
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  /** Its connections stay open, but nothing is answered any more. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  #configure({ users, acl }: BrokerOptions): void {
    const lines = [`listener ${this.port} 127.0.0.1`, 'persistence false', 'user root', 'log_dest stderr'];
    lines.push(`allow_anonymous ${users === undefined}`);
    if (users !== undefined) {
      const file = join(this.folder, 'users');
      writeFileSync(file, '', { mode: 0o600 });
      for (const [name, password] of Object.entries(users)) {
        execFileSync(have('mosquitto_passwd'), ['-b', file, name, password], { stdio: 'ignore' });
      }
      lines.push(`password_file ${file}`);
    }
    if (acl !== undefined) {
      writeFileSync(join(this.folder, 'acl'), `${acl.join('\n')}\n`, { mode: 0o600 });
      lines.push(`acl_file ${join(this.folder, 'acl')}`);
    }
    writeFileSync(join(this.folder, 'mosquitto.conf'), `${lines.join('\n')}\n`);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
