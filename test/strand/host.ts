/** A web server over a release that goes away, and its port with it. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** Nobody is there. */
const CLOSED = 1;

export class Host {
  readonly #server = createServer((request, response) => {
    const [path = ''] = (request.url ?? '').split('?');
    readFile(join(this.folder, path)).then(
      (bytes) => response.setHeader('Content-Length', bytes.length).end(bytes),
      () => response.writeHead(404, { 'Content-Length': 0 }).end(),
    );
  });
  #isOpen = false;

  private constructor(readonly folder: string) {}

  static async open(folder: string): Promise<Host> {
    const host = new Host(folder);
    await new Promise<void>((resolve) => host.#server.listen(0, '127.0.0.1', resolve));
    host.#isOpen = true;
    return host;
  }

  get port(): number {
    return this.#isOpen ? (this.#server.address() as AddressInfo).port : CLOSED;
  }

  close(): void {
    this.#isOpen = false;
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
