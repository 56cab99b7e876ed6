/** The vectors in test/vectors/, found from the compiled test as well as from the source. */
import { existsSync, readFileSync } from 'node:fs';

export interface SignatureVector {
  readonly name: string;
  readonly valid: boolean;
  readonly modulus: string;
  readonly exponent: number;
  readonly message: string;
  readonly signature: string;
}
export interface HeadVector {
  readonly name: string;
  readonly code: string;
  readonly signed: boolean;
  readonly anchors: string;
  readonly head: string;
}
export interface RootVector {
  readonly name: string;
  readonly code: string;
  /** Whether the next file is signed as it must be, and its version and epoch may follow. */
  readonly signed: boolean;
  /** The root file that is trusted. */
  readonly current: string;
  readonly next: string;
}
export interface PathVector {
  readonly path: string;
  readonly code: string;
}

export const signatureVectors = (): SignatureVector[] => read('signatures.json') as SignatureVector[];
export const headVectors = (): HeadVector[] => [
  ...(read('heads.json') as HeadVector[]),
  ...(read('quorum.json') as HeadVector[]),
];
export function rootVectors(): RootVector[] {
  const { currents, vectors } = read('roots.json') as {
    currents: Record<string, string>;
    vectors: RootVector[];
  };
  return vectors.map((vector) => ({ ...vector, current: currents[vector.current] ?? '' }));
}
export interface ManifestVector {
  readonly name: string;
  readonly code: string;
  /** Each character is one byte. */
  readonly manifest: string;
}

export const manifestVectors = (): ManifestVector[] => read('manifests.json') as ManifestVector[];
export const pathVectors = (): PathVector[] => read('paths.json') as PathVector[];

function read(name: string): unknown {
  const near = new URL(`vectors/${name}`, import.meta.url);
  const fromDist = new URL(`../../test/vectors/${name}`, import.meta.url);
  return JSON.parse(readFileSync(existsSync(near) ? near : fromDist, 'utf8'));
}
