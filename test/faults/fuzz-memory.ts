/** Whether memory grows with the number of inputs. Tables that are full after the first half must not grow in the second one. */

/** Megabytes between the middle and the end: what is remembered of devices differs in length, and the code is still optimised. */
const MAX_GROWTH = 8;
const MB = 1024 * 1024;

export interface MemoryWatch {
  count(inputs: number): void;
  /** Throws when memory has grown; says how much was used. */
  report(): string;
}

/** Looks in the middle and at the end of `rounds` inputs; needs `node --expose-gc`. */
export function watchMemory(rounds: number): MemoryWatch {
  const { gc } = globalThis;
  let done = 0;
  let middle: number | undefined;
  const used = () => {
    gc?.();
    return process.memoryUsage().heapUsed / MB;
  };
  return {
    count: (inputs) => {
      done += inputs;
      if (middle === undefined && done * 2 >= rounds) middle = used();
    },
    report: () => {
      if (gc === undefined || middle === undefined) return 'memory not measured: node --expose-gc';
      const end = used();
      const text = `heap ${middle.toFixed(1)} MB in the middle, ${end.toFixed(1)} MB at the end`;
      if (end - middle > MAX_GROWTH) throw new Error(`memory grows: ${text}`);
      return text;
    },
  };
}
