/** What was opened and has to be closed again, in the opposite order, also when the next thing fails to open. */
export class AsyncDisposableStack {
  #closers: (() => Promise<unknown> | unknown)[] = [];

  defer(close: () => Promise<unknown> | unknown): void {
    this.#closers.push(close);
  }

  /**
   * Closes everything, once.
   * @throws what the one closer threw that failed, an AggregateError when it was several
   */
  async disposeAsync(): Promise<void> {
    const closers = this.#closers.reverse();
    this.#closers = [];
    const errors: unknown[] = [];
    for (const close of closers) {
      try {
        await close();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length === 1) throw errors[0];
    if (errors.length > 1) throw new AggregateError(errors, 'Several things could not be closed.');
  }
}
