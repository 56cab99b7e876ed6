/** A proxy with nginx's defaults: a new connection to the server for every request, closed after the answer. */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Test } from 'tap';

/** @param upstream the server's port, asked anew for every request */
export async function openProxy(t: Test, upstream: () => number): Promise<{ readonly port: number }> {
  const proxy = createServer((asked, answer) => pass(asked, answer, upstream()));
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  return { port: (proxy.address() as AddressInfo).port };
}

/** X-Forwarded-For is appended to, as nginx does it where it is told to. */
function pass({ url, method, headers, socket }: IncomingMessage, answer: ServerResponse, port: number): void {
  const { 'x-forwarded-for': before } = headers;
  const forwarded = [before, socket.remoteAddress].filter((part) => part !== undefined).join(', ');
  const options = { host: '127.0.0.1', port, path: url, method, agent: false } as const;
  const lines = { host: headers.host ?? '', connection: 'close', 'x-forwarded-for': forwarded };
  const onward = request({ ...options, headers: lines }, (got) => {
    const { 'transfer-encoding': _, connection: __, ...kept } = got.headers;
    answer.writeHead(got.statusCode ?? 502, kept);
    got.pipe(answer);
  });
  onward.on('error', () => answer.destroy());
  onward.end();
}
