import type { Worker } from 'node:worker_threads';

/** A question that waits for a worker. */
interface Task<Question, Answer> {
  readonly question: Question;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
  /** No longer wanted when this is aborted. */
  readonly signal: AbortSignal | undefined;
}

/** An answer that did not come in time. */
export class PoolTimeout extends Error {}

interface Member<Question, Answer> {
  readonly worker: Worker;
  /**
   * Neighbours in the queue use the same code, which a worker has to warm up: every other worker starts at
   * the far end.
   */
  readonly fromEnd: boolean;
  task: Task<Question, Answer> | undefined;
  /** A worker that has not begun to run takes its time: other work on the machine is not its fault. */
  online: boolean;
  /** Ends the wait for the answer to `task`. */
  release(): void;
}

/**
 * A worker takes tens of milliseconds to start, a file a few to compile: start one more only for a longer
 * queue.
 */
const QUEUE_PER_WORKER = 4;

/**
 * Worker threads that answer one question at a time, started when there is something to ask. They keep the
 * process alive only while they work. A worker that dies, or takes too long, or whose answer nobody wants any more, is
 * replaced at the next question.
 */
export class Pool<Question, Answer> {
  readonly #members = new Set<Member<Question, Answer>>();
  readonly #queue: Task<Question, Answer>[] = [];
  readonly #start: () => Worker;
  readonly #size: number;
  readonly #timeoutMs: number;
  #closed = false;

  /** @param timeoutMs for one answer, from the moment that a running worker has the question */
  constructor(start: () => Worker, size: number, timeoutMs: number) {
    this.#start = start;
    this.#size = size;
    this.#timeoutMs = timeoutMs;
  }

  /** Throws {@link PoolTimeout}, the reason of an aborted signal, or why the worker died. */
  ask(question: Question, signal?: AbortSignal): Promise<Answer> {
    if (this.#closed) return Promise.reject(new Error('the workers were closed'));
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const task = { question, resolve, reject, signal };
      signal?.addEventListener('abort', () => this.#drop(task), { once: true });
      this.#queue.push(task);
      this.#spread();
    });
  }

  /** Ends the workers; questions without an answer fail. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const task of this.#queue.splice(0)) task.reject(new Error('the workers were closed'));
    await Promise.all([...this.#members].map(({ worker }) => worker.terminate()));
  }

  #spread(): void {
    if (this.#closed) return;
    const wanted = Math.min(this.#size, Math.ceil(this.#queue.length / QUEUE_PER_WORKER));
    const idle = [...this.#members].filter((member) => member.task === undefined);
    if (idle.length === 0 && this.#members.size < wanted) idle.push(this.#spawn());
    for (const member of idle) this.#next(member);
  }

  #spawn(): Member<Question, Answer> {
    const member: Member<Question, Answer> = {
      worker: this.#start(),
      fromEnd: this.#members.size % 2 === 1,
      task: undefined,
      online: false,
      release: () => undefined,
    };
    this.#members.add(member);
    member.worker.once('online', () => {
      member.online = true;
      if (member.task !== undefined) this.#await(member);
    });
    member.worker.on('message', (answer: Answer) => this.#finish(member, answer));
    member.worker.on('error', (error) => this.#onExit(member, error));
    member.worker.on('exit', () => this.#onExit(member, new Error('the worker ended')));
    return member;
  }

  #next(member: Member<Question, Answer>): void {
    const task = member.fromEnd ? this.#queue.pop() : this.#queue.shift();
    member.task = task;
    if (task === undefined) {
      member.worker.unref();
    } else {
      member.worker.ref();
      member.worker.postMessage(task.question);
      if (member.online) this.#await(member);
    }
  }

  #await(member: Member<Question, Answer>): void {
    const overdue = () => this.#end(member, new PoolTimeout(`no answer within ${this.#timeoutMs / 1000} s`));
    const timer = setTimeout(overdue, this.#timeoutMs);
    member.release = () => clearTimeout(timer);
  }

  #finish(member: Member<Question, Answer>, answer: Answer): void {
    member.release();
    member.task?.resolve(answer);
    this.#next(member);
  }

  /** Takes a question back that waits or is worked on; one that was answered is of no interest any more. */
  #drop(task: Task<Question, Answer>): void {
    const waiting = this.#queue.indexOf(task);
    if (waiting >= 0) this.#queue.splice(waiting, 1);
    task.reject(task.signal?.reason);
    for (const member of this.#members) {
      if (member.task === task) this.#end(member, task.signal?.reason);
    }
  }

  /** A worker that computes hears nothing: it can only be ended. */
  #end(member: Member<Question, Answer>, reason: unknown): void {
    void member.worker.terminate();
    this.#onExit(member, reason);
  }

  #onExit(member: Member<Question, Answer>, reason: unknown): void {
    if (!this.#members.delete(member)) return;
    member.release();
    member.task?.reject(reason);
    this.#spread();
  }
}
