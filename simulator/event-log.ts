/** What has happened to a board, and who wants to hear of it. */
import type { BoardEvent } from './events.js';

const TIMEOUT_MS = 60_000;

export class EventLog {
  /** Everything that has happened, oldest first. */
  readonly events: BoardEvent[] = [];
  readonly #listeners = new Set<(event: BoardEvent) => void>();

  protected emit(event: BoardEvent): void {
    this.events.push(event);
    for (const listener of [...this.#listeners]) listener(event);
  }

  on(listener: (event: BoardEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Something of the simulator itself. */
  protected say(text: string): void {
    this.emit({ event: 'log', text: `simulator: ${text}` });
  }

  /** The next (or an earlier) event that fits; rejects after `ms`. */
  async event(
    name: string,
    ms = TIMEOUT_MS,
    fits: (event: BoardEvent) => boolean = () => true,
  ): Promise<BoardEvent> {
    const matches = (event: BoardEvent): boolean => event.event === name && fits(event);
    const earlier = this.events.find(matches);
    if (earlier !== undefined) return earlier;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`No event "${name}" within ${ms} ms.`)), ms);
      const stop = this.on((event) => {
        if (!matches(event)) return;
        clearTimeout(timer);
        stop();
        resolve(event);
      });
    });
  }
}
