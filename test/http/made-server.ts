/** The app over made releases on a real port, what it logs, and raw requests to it. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { pino } from 'pino';
import type { Test } from 'tap';
import { Fleet } from '../../server/fleet/fleet.js';
import { FreshKeys } from '../../server/fleet/fresh-keys.js';
import { Reports } from '../../server/fleet/reports.js';
import { RolloutHealth } from '../../server/fleet/rollout-health.js';
import { buildApp } from '../../server/http/app.js';
import { BuildState } from '../../server/release/build-state.js';
import type { Release } from '../../server/release/release.js';
import { Releases } from '../../server/release/releases.js';
import { requestMac } from '../../server/signing/request-mac.js';

export const MASTER = Buffer.alloc(32, 9);

export interface Line {
  readonly msg: string;
  readonly [fact: string]: unknown;
}

export interface ServerOptions {
  readonly build?: BuildState;
  readonly requestTimeout?: number;
  readonly master?: Buffer;
  readonly enrolledOnly?: boolean;
  readonly consoleOpen?: boolean;
  readonly haltAt?: number;
  readonly quietMs?: number;
  readonly trustProxy?: readonly string[];
}

let asked = 0;

/** What the enrolled device `id` asks, its MAC at the end; each time with a nonce of its own unless `fields` has one. */
export function enrolled(id: string, fields: string, master: Buffer = MASTER): string {
  asked += 1;
  const nonce = fields.includes('nonce=') ? '' : `&nonce=${asked.toString(16).padStart(16, '0')}`;
  return signed(`6/head?id=${id}${fields === '' ? '' : '&'}${fields}${nonce}`, id, master);
}

export function signed(target: string, id: string, master: Buffer = MASTER): string {
  return `/${target}&mac=${requestMac(new FreshKeys(master).of(id), target)}`;
}

export async function makeServer(t: Test, release?: Release, options: ServerOptions = {}) {
  const lines: Line[] = [];
  const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const releases = new Releases();
  if (release !== undefined) releases.activate(release);
  const { requestTimeout, master, haltAt, quietMs, build = new BuildState(), ...others } = options;
  const fleet = new Fleet(log, releases, { reports: new Reports(log, new RolloutHealth(haltAt)), quietMs });
  const keys = master === undefined ? undefined : new FreshKeys(master);
  const timeout = requestTimeout === undefined ? {} : { requestTimeout };
  const app = await buildApp({
    log,
    releases,
    fleet,
    build,
    freshKeys: () => keys,
    ...timeout,
    ...others,
  });
  const base = await app.listen({ port: 0, host: '127.0.0.1' });
  const port = Number(new URL(base).port);
  t.teardown(() => app.close());
  return { app, base, port, lines, releases, fleet };
}

/** One connection that sends what it is told and gives back all that comes until the server is silent or closes. */
export class Raw {
  readonly socket: Socket;
  #got = '';
  readonly closed: Promise<unknown>;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.setEncoding('latin1');
    this.socket.on('data', (text) => {
      this.#got += text;
    });
    this.socket.on('error', () => undefined);
    this.closed = once(this.socket, 'close').catch(() => undefined);
  }

  /** Sends, and resolves with the first answer: header lines, empty line, body. */
  async ask(request: string): Promise<string> {
    this.#got = '';
    this.socket.write(request, 'latin1');
    for (let i = 0; i < 400 && !isComplete(this.#got); i += 1)
      await new Promise((resolve) => setTimeout(resolve, 5));
    return this.#got;
  }

  get(path: string, headers = ''): Promise<string> {
    return this.ask(`GET ${path} HTTP/1.1\r\nHost: test\r\n${headers}\r\n`);
  }

  async end(): Promise<void> {
    this.socket.end();
    await this.closed;
  }
}

function isComplete(answer: string): boolean {
  const end = answer.indexOf('\r\n\r\n');
  const length = /^content-length: (\d+)/im.exec(answer)?.[1];
  return end !== -1 && answer.length - end - 4 >= Number(length ?? 0);
}

export const statusOf = (answer: string): number => Number(answer.slice(9, 12));
export const bodyOf = (answer: string): string => answer.slice(answer.indexOf('\r\n\r\n') + 4);
export const headersOf = (answer: string): string[] =>
  answer
    .slice(0, answer.indexOf('\r\n\r\n'))
    .split('\r\n')
    .slice(1)
    .map((line) => line.toLowerCase());
export const codeOfAnswer = (answer: string): string => {
  const parsed: unknown = JSON.parse(bodyOf(answer));
  return typeof parsed === 'object' && parsed !== null && 'code' in parsed ? String(parsed.code) : '';
};

/** Waits until a line with this message is there. */
export async function lineWith(lines: Line[], msg: string): Promise<Line> {
  for (let i = 0; i < 400; i += 1) {
    const found = lines.find((line) => line.msg === msg);
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`no line "${msg}" among ${JSON.stringify(lines)}`);
}
