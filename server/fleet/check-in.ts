/** What a device says of itself when it asks for a head (docs/protocol.md §4). Every field may be missing. */
export interface CheckIn {
  /** Its name for this server. */
  readonly id?: string | undefined;
  /** The installed release, 0 if none. */
  readonly have?: number | undefined;
  /** The key ids that it trusts. */
  readonly keys: readonly string[];
  readonly board?: string | undefined;
  /** MicroPython version, X.Y.Z. */
  readonly fw?: string | undefined;
  /** Digest of its files as they are. */
  readonly tree?: string | undefined;
  /** A release that it has undone. */
  readonly bad?: number | undefined;
  /** The last words of its last exception, fit to be read. */
  readonly error?: string | undefined;
  /** The code of its last refusal, since which it has installed nothing. */
  readonly said?: string | undefined;
  /** Its release has not proved itself yet; or its rescue client asks. */
  readonly mode?: 'trial' | 'safe' | undefined;
  /** Its MAC is right, and for the first time. What else says its name may be anybody. */
  readonly proof?: Proof | undefined;
}

export type Proof = 'right' | 'repeated';

/** False for a browser, a mirror or a monitor: they ask without a word about themselves. */
export function isDevice({ id, have, keys }: CheckIn): boolean {
  return id !== undefined || have !== undefined || keys.length > 0;
}
