/** The other end of child.ts: what a process of its own is told, and what it says. */

/** What to do; the first message. */
export function order<T>(): Promise<T> {
  return new Promise((resolve) => process.once('message', (message) => resolve(message as T)));
}

/** Says something and stays. */
export function say(message: object): void {
  process.send?.(message);
}

/** Says the result; nothing keeps the process alive then. */
export function finish(message: object): void {
  process.send?.(message, undefined, undefined, () => process.disconnect());
}
