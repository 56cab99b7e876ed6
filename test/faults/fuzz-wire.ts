/** Bytes that may be HTTP or not: requests that were changed anywhere, and nothing but bytes; some of them over a real socket. */
import { connect } from 'node:net';
import fc from 'fast-check';
import { MALFORMED } from '../../bench/load/malformed.js';
import { type FuzzFixture, openFuzzFixture } from './fuzz-fixture.js';
import { watchMemory } from './fuzz-memory.js';
import { headers, method, mutated, target } from './fuzz-words.js';
import type { Fuzzer } from './fuzzer.js';
import { MemoryLine } from './memory-line.js';

const BATCH = 10;
/** One of so many goes over a real socket. */
const REAL = 10;

const request = fc
  .tuple(method, target, headers)
  .map(([verb, where, lines]) => `${verb} ${where} HTTP/1.1\r\nHost: a\r\n${lines}\r\n`);
const bytes = fc.oneof(
  { weight: 6, arbitrary: mutated(request, 4) },
  { weight: 3, arbitrary: mutated(fc.constantFrom(...MALFORMED.map(([, text]) => text)), 4) },
  {
    weight: 1,
    arbitrary: fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array).toString('latin1')),
  },
);

export const wire: Fuzzer = {
  name: 'wire',
  summary: "the server's port: mutated requests and arbitrary bytes",
  run: async (rounds, seed) => {
    const place = await openFuzzFixture();
    const memory = watchMemory(rounds);
    let batches = 0;
    const property = fc.asyncProperty(
      fc.array(bytes, { minLength: BATCH, maxLength: BATCH }),
      async (batch) => {
        const send = batches++ % REAL === 0 ? sendReal : sendInMemory;
        await Promise.all(batch.map((text) => send(place, text)));
        place.checkAll();
        memory.count(BATCH);
      },
    );
    try {
      await fc.assert(property, { numRuns: Math.ceil(rounds / BATCH), seed });
    } finally {
      await place.close();
    }
    return `${place.summary()}; ${memory.report()}`;
  },
};

/** What is no whole request gets no answer: then this many turns of the loop are enough to know. */
const TURNS = 6;

async function sendInMemory({ servers, check }: FuzzFixture, text: string): Promise<void> {
  const [server] = servers;
  if (server === undefined) throw new Error('no server');
  const line = new MemoryLine(server);
  const answer = line.ask(text, !text.startsWith('HEAD'));
  await Promise.race([answer, turns()]);
  line.destroy();
  check(await answer);
}

async function turns(): Promise<void> {
  for (let i = 0; i < TURNS; i += 1) await new Promise(setImmediate);
}

const TIMEOUT_MS = 20;

function sendReal({ port, check }: FuzzFixture, text: string): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1' });
  let got = '';
  socket.setTimeout(TIMEOUT_MS, () => socket.destroy());
  socket.on('data', (piece) => {
    got += piece.toString('latin1');
    socket.end();
  });
  socket.on('error', () => undefined);
  socket.end(text, 'latin1');
  return new Promise((resolve, reject) => {
    socket.once('close', () => {
      const [head = '', body = ''] = got.split('\r\n\r\n', 2);
      try {
        check({ status: Number(head.slice(9, 12)), head, body, closes: true });
        resolve();
      } catch (error) {
        reject(error);
      }
    });
  });
}
