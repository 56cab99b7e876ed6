/** Requests that are HTTP, and otherwise anything: addresses, fields, methods and headers. */
import fc from 'fast-check';
import { type FuzzFixture, openFuzzFixture } from './fuzz-fixture.js';
import { watchMemory } from './fuzz-memory.js';
import { headers, method, target } from './fuzz-words.js';
import type { Fuzzer } from './fuzzer.js';
import { MemoryLine } from './memory-line.js';

const BATCH = 50;

interface Asked {
  readonly verb: string;
  readonly where: string;
  readonly lines: string;
}

const request = fc.record({ verb: method, where: target, lines: headers });

export const routes: Fuzzer = {
  name: 'routes',
  summary: "the server's routes: arbitrary and mutated addresses, fields, methods and headers",
  run: async (rounds, seed) => {
    const place = await openFuzzFixture();
    const memory = watchMemory(rounds);
    const property = fc.asyncProperty(
      fc.array(request, { minLength: BATCH, maxLength: BATCH }),
      async (batch) => {
        await askAll(place, batch);
        memory.count(BATCH);
      },
    );
    try {
      await fc.assert(property, { numRuns: Math.ceil(rounds / BATCH), seed, endOnFailure: false });
    } finally {
      await place.close();
    }
    return `${place.summary()}; ${memory.report()}`;
  },
};

/** All of them over one connection, as long as the server keeps it. */
async function askAll(place: FuzzFixture, batch: readonly Asked[]): Promise<void> {
  const server = place.servers[(batch[0]?.where.length ?? 0) % place.servers.length];
  if (server === undefined) throw new Error('no server');
  let line = new MemoryLine(server);
  for (const { verb, where, lines } of batch) {
    const answer = await line.ask(`${verb} ${where} HTTP/1.1\r\nHost: a\r\n${lines}\r\n`, verb !== 'HEAD');
    place.check(answer);
    if (!answer.closes) continue;
    line.destroy();
    line = new MemoryLine(server);
  }
  line.destroy();
  place.checkAll();
}
