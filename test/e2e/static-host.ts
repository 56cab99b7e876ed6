/** A plain static web server over a bdist/ folder, which can be made to lie. */
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Test } from 'tap';

/** What is sent for a path: other bytes, or a function that does with the connection what it likes. */
export type Tamper = Buffer | ((socket: Socket, bytes: Buffer) => void) | undefined;
export interface StaticHost {
  readonly url: string;
  /** The paths that were asked for, oldest first. */
  readonly asked: string[];
  /** What stood behind the question mark. */
  readonly queries: string[];
  /** Set to change what is sent; undefined sends the file. */
  tamper: (path: string, bytes: Buffer) => Tamper;
}

/** HTTP/1.0 closes after every answer, as `python -m http.server` does. */
export async function staticHost(
  t: Test,
  folder: string,
  version: '1.0' | '1.1' = '1.1',
): Promise<StaticHost> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => socket.destroy()));
    answerEach(socket, (path, query) => {
      host.queries.push(query);
      return answer(host, folder, version, socket, path);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => close(server, sockets));
  const { port } = server.address() as AddressInfo;
  const host: StaticHost = {
    url: `http://127.0.0.1:${port}`,
    asked: [],
    queries: [],
    tamper: () => undefined,
  };
  return host;
}

function answerEach(socket: Socket, one: (path: string, query: string) => void): void {
  let text = '';
  socket.on('data', (more) => {
    text += more.toString('latin1');
    for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
      const [path = '', query = ''] = (text.split(' ')[1] ?? '').split('?');
      one(path, `?${query}`);
      text = text.slice(end + 4);
    }
  });
}

async function answer(host: StaticHost, folder: string, version: string, socket: Socket, path: string) {
  host.asked.push(path);
  const bytes = await readFile(join(folder, path)).catch(() => undefined);
  const tamper = host.tamper(path, bytes ?? Buffer.alloc(0));
  if (typeof tamper === 'function') return tamper(socket, bytes ?? Buffer.alloc(0));
  const body = tamper ?? bytes;
  const status = body === undefined ? '404 Not Found' : '200 OK';
  socket.write(`HTTP/${version} ${status}\r\nServer: plain\r\nContent-Length: ${body?.length ?? 0}\r\n\r\n`);
  if (body !== undefined) socket.write(body);
  if (version === '1.0') socket.end();
}

function close(server: Server, sockets: Set<Socket>): void {
  server.close();
  for (const socket of sockets) socket.destroy();
}
