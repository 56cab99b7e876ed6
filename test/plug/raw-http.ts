/** HTTP byte by byte, for requests that no client library would send. */
import { connect, type Socket } from 'node:net';
import type { Test } from 'tap';
import { Plug, type PlugOptions } from './plug-fixture.js';

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

/** A plug whose Wi-Fi is up, so that its sockets stay. */
export async function online(t: Pick<Test, 'teardown'>, options: PlugOptions = {}): Promise<Plug> {
  const plug = await Plug.up(t, options);
  if (options.clock === 'driven') await plug.advance(5000);
  await plug.until(() => plug.lines().includes('plug: wifi up'), 'Wi-Fi');
  return plug;
}

/** Sets the plug's clock, and waits until its page answers again: it may have asked for news, for which the page goes away. */
export async function setTime(plug: Plug, utc: string): Promise<void> {
  await plug.setTime(utc);
  await plug.until(async () => (await plug.get('/app.css').catch(() => undefined))?.ok === true, 'the page');
}
