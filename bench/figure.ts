/** What a benchmark finds: numbers, each with the limit it must keep and the reference it is compared with. Pure. */

export interface Limit {
  readonly at: number;
  /** `most`: the value may not be above it. `least`: not below. */
  readonly sense: 'most' | 'least';
}

export interface Figure {
  /** What was measured. */
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** A count comes out the same on every machine; only a count that is over its limit makes the run fail. */
  readonly kind: 'count' | 'time' | 'rate' | 'ratio';
  readonly limit?: Limit;
  /** The same thing done by something that the reader knows, in the same unit. */
  readonly reference?: { readonly name: string; readonly value: number };
}

/** A table of figures with what has to be said about all of them. */
export interface Report {
  readonly title: string;
  readonly figures: readonly Figure[];
  readonly notes?: readonly string[];
}

export interface Bench {
  readonly name: string;
  /** One line for --help. */
  readonly summary: string;
  run(): Promise<Report>;
}

export type Verdict = 'ok' | 'OVER' | '';

/** Empty for a figure without a limit. */
export function verdict({ value, limit }: Figure): Verdict {
  if (limit === undefined) return '';
  const kept = limit.sense === 'most' ? value <= limit.at : value >= limit.at;
  return kept ? 'ok' : 'OVER';
}

/** A number that is not what it must be whatever the machine. */
export function isBroken(figure: Figure): boolean {
  return figure.kind === 'count' && verdict(figure) === 'OVER';
}

/** Value by reference; undefined without one. */
export function ratio({ value, reference }: Figure): number | undefined {
  return reference === undefined || reference.value === 0 ? undefined : value / reference.value;
}

export function atMost(at: number): Limit {
  return { at, sense: 'most' };
}

export function atLeast(at: number): Limit {
  return { at, sense: 'least' };
}
