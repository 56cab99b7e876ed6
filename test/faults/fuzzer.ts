/** One thing that is fuzzed: arbitrary input, and what must hold for every piece of it. */
export interface Fuzzer {
  readonly name: string;
  /** One line for --help. */
  readonly summary: string;
  /**
   * Tries so many inputs, the same ones for the same seed. Throws with the smallest input that breaks something.
   * @returns what it has seen, for people
   */
  run(rounds: number, seed: number): Promise<string>;
}
