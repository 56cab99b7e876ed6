/** One visit: from a device's question to the end of its connection, for the one line that the log has about it. */
import type { ServerResponse } from 'node:http';
import type { ErrorCode } from '../errors.js';
import type { Verdict } from './handshake.js';
import { type Hello, isDevice } from './hello.js';

/** How a visit ended. */
export type Outcome =
  | 'device current'
  | 'device updated'
  /** By the server or by the device itself. */
  | 'device refused'
  /** The connection ended inside an answer. */
  | 'device left'
  /** Whoever is no device: a browser, a mirror. */
  | 'visitor served'
  | 'visitor refused'
  | 'visitor left';

export interface Summary {
  readonly device: string;
  readonly board: string | undefined;
  /** Files of the whole set. */
  readonly files: number;
  /** Files that did not have to travel. */
  readonly current: number;
  readonly sent: number;
  /** Of the answers' bodies. */
  readonly bytes: number;
  readonly ms: number;
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** It has proven its name. */
  readonly proven: boolean;
  /** Why it was refused, where the server knows it. */
  readonly code?: ErrorCode;
}

export class Visit {
  readonly hello: Hello;
  readonly verdict: Verdict;
  readonly #started = performance.now();
  readonly #sent = new Set<string>();
  #bytes = 0;
  #last: { response: ServerResponse; hash: string; size: number } | undefined;
  #left = false;

  constructor(hello: Hello, verdict: Verdict) {
    this.hello = hello;
    this.verdict = verdict;
  }

  /** Does the same device say the same, and get the same answer? */
  isLike(hello: Hello, { kind }: Verdict): boolean {
    const { id, proof, have, mode, bad } = this.hello;
    const isSame = id === hello.id && proof === hello.proof && have === hello.have;
    return isSame && mode === hello.mode && bad === hello.bad && this.verdict.kind === kind;
  }

  /** An answer of `size` bytes goes out; `hash` names the blob, or is `HEAD`. */
  sending(response: ServerResponse, hash: string, size: number): void {
    // Answers follow one another on a connection: who asks again has got the one before.
    this.#countLast();
    this.#last = { response, hash, size };
  }

  /** What is known once the connection is closed. */
  end(): { outcome: Outcome; summary: Summary } {
    this.#left = this.#last?.response.writableFinished === false;
    if (!this.#left) this.#countLast();
    const outcome = this.#outcome();
    return { outcome, summary: this.#summary(outcome) };
  }

  #countLast(): void {
    if (this.#last === undefined) return;
    this.#sent.add(this.#last.hash);
    this.#bytes += this.#last.size;
  }

  #outcome(): Outcome {
    if (!isDevice(this.hello)) return this.#visitorOutcome();
    if (this.verdict.kind === 'refused') return 'device refused';
    if (this.#left) return 'device left';
    const tookNothing = this.#sent.size <= 1;
    if (!tookNothing) return 'device updated';
    return this.verdict.kind === 'current' ? 'device current' : 'device refused';
  }

  #visitorOutcome(): Outcome {
    if (this.verdict.kind === 'refused') return 'visitor refused';
    return this.#left ? 'visitor left' : 'visitor served';
  }

  #summary(outcome: Outcome): Summary {
    const head = this.verdict.kind === 'refused' ? undefined : this.verdict.head;
    const files = head?.head.set.files ?? 0;
    const sent = [...this.#sent].filter((hash) => hash !== HEAD && hash !== head?.manifest).length;
    return {
      device: this.hello.id ?? 'unknown',
      board: this.hello.board,
      files,
      current: isComplete(outcome) ? Math.max(0, files - sent) : 0,
      sent,
      bytes: this.#bytes,
      ms: Math.round(performance.now() - this.#started),
      from: this.hello.have,
      to: head?.head.release,
      proven: this.hello.proof === 'right',
      ...('error' in this.verdict ? { code: this.verdict.error.code } : {}),
    };
  }
}

/** Only then the files that did not travel are known to be there. */
function isComplete(outcome: Outcome): boolean {
  return outcome === 'device current' || outcome === 'device updated';
}

/** Stands for the head among the hashes of what was sent. */
export const HEAD = 'head';
