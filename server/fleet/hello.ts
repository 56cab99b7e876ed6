/** What a device says of itself when it asks for a head (docs/protocol.md §4). Every field may be missing. */
export interface Hello {
  /** Its name for this server. */
  readonly id?: string;
  /** The installed release, 0 if none. */
  readonly have?: number;
  /** The key ids that it trusts. */
  readonly keys: readonly string[];
  readonly board?: string;
  /** MicroPython version, X.Y.Z. */
  readonly fw?: string;
  /** Digest of its files as they are. */
  readonly tree?: string;
}
