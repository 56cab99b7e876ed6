/** A connection that no network carries: the server's real HTTP parser at one end, bytes at the other. */
import type { Server } from 'node:http';
import { Duplex } from 'node:stream';

export interface Answer {
  /** 0 when the connection ended without one. */
  readonly status: number;
  readonly head: string;
  readonly body: string;
  /** The server will not answer on this connection again. */
  readonly closes: boolean;
}

const NONE: Answer = { status: 0, head: '', body: '', closes: true };

export class MemoryLine extends Duplex {
  #got = '';
  #done: ((answer: Answer) => void) | undefined;
  #hasBody = true;

  constructor(server: Server) {
    super({ allowHalfOpen: true });
    server.emit('connection', this);
    // Whatever ends it, ends the waiting.
    this.once('close', () => this.#settle(NONE));
    this.once('finish', () => this.#settle(NONE));
    this.on('error', () => undefined);
  }

  override _read(): void {
    // Bytes come when they are sent.
  }

  override _write(piece: Buffer, _encoding: string, done: () => void): void {
    this.#got += piece.toString('latin1');
    this.#look();
    done();
  }

  /** Sends bytes, and resolves with the next answer. `hasBody` is false for what HEAD asks. */
  ask(bytes: string, hasBody: boolean): Promise<Answer> {
    this.#hasBody = hasBody;
    return new Promise((resolve) => {
      this.#done = resolve;
      if (this.writableEnded || this.destroyed) this.#settle(NONE);
      else this.push(Buffer.from(bytes, 'latin1'));
    });
  }

  #look(): void {
    const end = this.#got.indexOf('\r\n\r\n');
    if (end === -1) return;
    const head = this.#got.slice(0, end);
    const length = this.#hasBody ? Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0) : 0;
    const body = this.#got.slice(end + 4, end + 4 + length);
    if (body.length < length) return;
    this.#got = this.#got.slice(end + 4 + length);
    const closes = /^connection: close/im.test(head);
    this.#settle({ status: Number(head.slice(9, 12)), head, body, closes });
  }

  #settle(answer: Answer): void {
    const done = this.#done;
    this.#done = undefined;
    done?.(answer);
  }
}
