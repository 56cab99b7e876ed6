/** Releases in memory, made from plain texts without a compiler. */

import type { Project } from '../../server/build/project.js';
import { makeRelease, type Release } from '../../server/release/release.js';
import { describeSet } from '../../server/release/sets.js';
import { signHead } from '../../server/signing/sign.js';
import { type MadeKey, makeKey } from '../signing/made-key.js';

export const KEY = makeKey();

export interface MadeReleaseOptions {
  readonly number?: number;
  readonly abis?: readonly (5 | 6)[];
  readonly boards?: string[];
  readonly key?: MadeKey;
  readonly epoch?: number;
  readonly root?: number;
  readonly downgrade?: number;
}

/** @param files path → text, in the order of the paths' bytes */
export function makeTestRelease(files: Record<string, string>, options: MadeReleaseOptions = {}): Release {
  const { number = 1000, abis = [6], boards = ['*'], key = KEY, epoch = 0, root = 0, downgrade } = options;
  const project: Project = {
    boards,
    python: { 5: '1.12', 6: '1.19' },
    abis: [...abis],
    esp8266: true,
    rulesOff: [],
    keepSource: [],
  };
  const sets = abis.map((abi) => {
    const device = Object.entries(files).map(([path, text]) => ({
      path,
      bytes: Buffer.from(`${text}${abi}`),
    }));
    return describeSet({ abi, files: device }, project, { version: root, epoch });
  });
  const signed = sets.map(({ claims, entries }) => {
    const lower = downgrade === undefined ? {} : { downgrade };
    const fields = { ...claims, release: number, created: number, ...lower };
    return {
      head: { ...fields, keyIds: [key.publicKey.keyId] },
      bytes: signHead(fields, key.signer),
      entries,
    };
  });
  return makeRelease(signed, new Map(sets.flatMap(({ blobs }) => [...blobs])));
}
