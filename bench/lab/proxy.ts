/** A wire that counts: everything between boards and server goes through it. */
import { connect, createServer, type Socket } from 'node:net';
import type { Cleanup } from './cleanup.js';

export interface Counts {
  connections: number;
  requests: number;
  /** Bytes inside TCP, from the board and to it. */
  up: number;
  down: number;
  /** Times that the board had to wait for the other side: a connection, or an answer to what it sent. */
  roundTrips: number;
}

export interface Wire {
  readonly url: string;
  /** What went through since the last call, and begins anew. */
  take(): Counts;
}

/** @param port where the server is */
export async function openWire(port: () => number, cleanup: Cleanup): Promise<Wire> {
  let counts = none();
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true }, (board) => {
    const far = connect({ port: port(), host: '127.0.0.1', noDelay: true });
    for (const socket of [board, far]) {
      open.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => open.delete(socket));
    }
    join(board, far, () => counts);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanup.add(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    take: () => {
      const taken = counts;
      counts = none();
      return taken;
    },
  };
}

function none(): Counts {
  return { connections: 0, requests: 0, up: 0, down: 0, roundTrips: 0 };
}

/** A device sends no bodies, so every empty line ends a request. */
function join(board: Socket, far: Socket, counts: () => Counts): void {
  let tail = '';
  let boardSpoke = false;
  counts().connections += 1;
  counts().roundTrips += 1;
  board.on('data', (bytes) => {
    const text = tail + bytes.toString('latin1');
    const requests = text.split('\r\n\r\n');
    tail = requests.at(-1) ?? '';
    const now = counts();
    now.requests += requests.length - 1;
    now.up += bytes.length;
    if (!boardSpoke) now.roundTrips += 1;
    boardSpoke = true;
    far.write(bytes);
  });
  far.on('data', (bytes) => {
    counts().down += bytes.length;
    boardSpoke = false;
    board.write(bytes);
  });
  board.on('end', () => far.end());
  far.on('end', () => board.end());
}
