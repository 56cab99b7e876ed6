/**
 * Given to a child by --import: dies by its own SIGKILL at one changing call, or says at its end which there were, or films
 * its folder before each: what a SIGKILL there would leave.
 */
import { writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { type Call, doNotSync, type Fault, failWith, silently } from './disk.js';
import { type Snapshot, saveSnapshots, snapshotOf } from './folder-recorder.js';

/** What the environment says, in JSON. */
export interface Order {
  /**
   * The process ends before this changing call, from 1; 0: it does not, and writes all calls to stderr, a line each.
   * Calls that run beside one another come in another order each time; how many there are stays the same.
   */
  readonly at: number;
  /** Only calls that write bytes are counted, and it ends when half of them are there. */
  readonly torn: boolean;
  /** A file for the film of its folder, outside of that; it is not killed then. */
  readonly film?: string;
}

export const ORDER = 'SOFT_OTA_FAULT';

const text = process.env[ORDER];
if (isMainThread && text !== undefined) await obey(JSON.parse(text) as Order);

async function obey({ at, torn, film }: Order): Promise<void> {
  await doNotSync();
  if (film !== undefined) return failWith(camera(film));
  const seen: string[] = [];
  let writes = 0;
  failWith({
    strikes: ({ number, name, path }) => {
      seen[number] = `${name} ${path}`;
      if (!torn) return number === at ? 'before' : undefined;
      if (name !== 'writeFile') return undefined;
      writes += 1;
      return writes === at ? 'half' : undefined;
    },
    happen: () => process.kill(process.pid, 'SIGKILL'),
  });
  if (at === 0) process.once('exit', () => writeSync(2, seen.slice(1).join('\n')));
}

/** A process that is killed leaves the disk as its last call did. */
function camera(film: string): Fault {
  const scenes: Snapshot[] = [];
  process.once('exit', () => silently(() => saveSnapshots(film, scenes)));
  const take = ({ name, path }: Call, isHalf: boolean): void => {
    scenes.push(snapshotOf(process.cwd(), `${name} ${path}`, isHalf));
  };
  return {
    inTurn: true,
    strikes: (call) => {
      take(call, false);
      return call.name === 'writeFile' ? 'half' : undefined;
    },
    happen: (call) => take(call, true),
  };
}
