/** The words that lines of heads and manifests are made of: numbers and hashes, each with exactly one spelling. */

export const U32_MAX = 0xffff_ffff;

/** A decimal number without sign, leading zeros or exponent; undefined for anything else. */
export function parseUint(text: string, min = 0, max: number = U32_MAX): number | undefined {
  if (!/^(?:0|[1-9]\d{0,14})$/.test(text)) return undefined;
  const number = Number(text);
  return number >= min && number <= max ? number : undefined;
}

/** 32 bytes as 43 characters of base64, the final `=` left out. */
export function encodeHash(hash: Buffer): string {
  return hash.toString('base64').slice(0, 43);
}

/** The 32 bytes of a base64 hash; undefined for anything but their one spelling. */
export function parseHash(text: string): Buffer | undefined {
  if (!/^[A-Za-z0-9+/]{43}$/.test(text)) return undefined;
  const hash = Buffer.from(text, 'base64');
  // The last character has two spare bits: with them set, it would be a second spelling of the same hash.
  return encodeHash(hash) === text ? hash : undefined;
}
