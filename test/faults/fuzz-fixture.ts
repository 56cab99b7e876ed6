/** Where requests are fuzzed: two servers over made releases, one of them before its first build, and what they must never do. */
import type { Server } from 'node:http';
import type { Test } from 'tap';
import { MASTER, makeServer } from '../http/made-server.js';
import { makeTestRelease } from '../release/made-release.js';
import { failWith } from './disk.js';
import type { Answer } from './memory-line.js';

export interface FuzzFixture {
  readonly servers: readonly Server[];
  readonly port: number;
  /** Throws when an answer is none that a client may get. */
  check(answer: Answer): void;
  /** Throws when something went wrong that no answer shows. */
  checkAll(): void;
  /** How often each status was answered. */
  summary(): string;
  close(): Promise<void>;
}

const ERROR_LEVEL = 50;
/** Every refusal is an Error; one line of its stack is enough to see that no answer has any. */
const STACK_LINES = 1;

export async function openFuzzFixture(): Promise<FuzzFixture> {
  Error.stackTraceLimit = STACK_LINES;
  const closers: (() => unknown)[] = [];
  const t = { teardown: (close: () => unknown) => closers.push(close) } as unknown as Test;
  const release = makeTestRelease({ 'a.txt': 'a', 'b.txt': '' }, { abis: [5, 6], boards: ['s20'] });
  const [full, empty] = [await makeServer(t, release, { master: MASTER }), await makeServer(t)];
  const statuses = new Map<number, number>();
  const written: string[] = [];
  failWith({
    strikes: ({ name, path }) => {
      written.push(`${name} ${path}`);
      return undefined;
    },
    happen: () => undefined,
  });
  return {
    servers: [full.app.server, full.app.server, full.app.server, empty.app.server],
    port: full.port,
    check: (answer) => {
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      checkAnswer(answer);
    },
    checkAll: () => {
      const errors = [...full.lines, ...empty.lines].filter(({ level }) => Number(level) >= ERROR_LEVEL);
      const [write] = written.splice(0);
      // The lines of a million visits are none of the server's memory.
      for (const { lines } of [full, empty]) lines.length = 0;
      if (errors.length > 0) throw new Error(`logged: ${JSON.stringify(errors[0])}`);
      if (write !== undefined) throw new Error(`written: ${write}`);
    },
    summary: () =>
      [...statuses]
        .toSorted(([a], [b]) => a - b)
        .map(([status, times]) => `${status}: ${times}`)
        .join(', '),
    close: async () => {
      failWith();
      for (const close of closers) await close();
    },
  };
}

const STACK = /node_modules|\.js:\d|\n +at /;

function checkAnswer({ status, head, body }: Answer): void {
  if (status >= 500 && !(status === 503 && body.includes('"not_ready"')) && !(status === 503 && body === ''))
    throw new Error(`${head}\n\n${body}`);
  if (STACK.test(body) && status !== 200) throw new Error(`a stack: ${body}`);
}
