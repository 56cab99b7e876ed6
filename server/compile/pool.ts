import type { Worker } from 'node:worker_threads';

/** A question that waits for a worker. */
interface Task<Question, Answer> {
  readonly question: Question;
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

interface Member<Question, Answer> {
  readonly worker: Worker;
  /**
   * Neighbours in the queue use the same code, which a worker has to warm up: every other worker starts at
   * the far end.
   */
  readonly fromEnd: boolean;
  task: Task<Question, Answer> | undefined;
}

/**
 * A worker takes tens of milliseconds to start, a file a few to compile: start one more only for a longer
 * queue.
 */
const QUEUE_PER_WORKER = 4;

/**
 * Worker threads that answer one question at a time, started when there is something to ask. They keep the
 * process alive only while they work. A worker that dies fails its own question and is replaced at the next
 * one.
 */
export class Pool<Question, Answer> {
  readonly #members = new Set<Member<Question, Answer>>();
  readonly #queue: Task<Question, Answer>[] = [];
  readonly #start: () => Worker;
  readonly #size: number;
  #closed = false;

  constructor(start: () => Worker, size: number) {
    this.#start = start;
    this.#size = size;
  }

  ask(question: Question): Promise<Answer> {
    if (this.#closed) return Promise.reject(new Error('the workers were closed'));
    return new Promise((resolve, reject) => {
      this.#queue.push({ question, resolve, reject });
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
    if (idle.length === 0 && this.#members.size < wanted) idle.push(this.#hire());
    for (const member of idle) this.#next(member);
  }

  #hire(): Member<Question, Answer> {
    const member: Member<Question, Answer> = {
      worker: this.#start(),
      fromEnd: this.#members.size % 2 === 1,
      task: undefined,
    };
    this.#members.add(member);
    member.worker.on('message', (answer: Answer) => this.#finish(member, answer));
    member.worker.on('error', (error) => this.#lose(member, error));
    member.worker.on('exit', () => this.#lose(member, new Error('the worker ended')));
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
    }
  }

  #finish(member: Member<Question, Answer>, answer: Answer): void {
    member.task?.resolve(answer);
    this.#next(member);
  }

  #lose(member: Member<Question, Answer>, error: Error): void {
    if (!this.#members.delete(member)) return;
    member.task?.reject(error);
    this.#spread();
  }
}
