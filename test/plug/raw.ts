/** HTTP byte by byte, for requests that no client library would send. */
import { connect, type Socket } from 'node:net';

export interface Answer {
  /** 0 when the plug closed the connection without a word. */
  readonly status: number;
  readonly text: string;
}

export function open(url: string): Socket {
  const { hostname, port } = new URL(url);
  return connect(Number(port), hostname).on('error', () => undefined);
}

/** Sends these bytes and reads until the plug closes the connection. */
export function exchange(url: string, bytes: string | Uint8Array): Promise<Answer> {
  const socket = open(url);
  socket.write(bytes);
  return answer(socket);
}

export function answer(socket: Socket): Promise<Answer> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (more) => {
      text += more.toString();
    });
    socket.on('close', () => resolve({ status: Number(/^HTTP\/1\.0 (\d{3}) /.exec(text)?.[1] ?? 0), text }));
  });
}

export function get(path: string, host = '127.0.0.1'): string {
  return `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
}
