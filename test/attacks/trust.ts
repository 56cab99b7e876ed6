/** Keys that were stolen or revoked, and the files that say so. */

import { A, type AttackFixture, B, EVIL_MAIN, type Keys, N, R, root, rooted, S } from './attack-fixture.js';
import type { Mutation } from './bench.js';
import { FORMAT, SIGNATURE, TRUSTED } from './forged.js';
import type { Attack } from './run.js';

const row = 'key compromise';
const EVIL = { 'main.py': EVIL_MAIN };
const OLD_KEYS: Keys = [
  ['root', R],
  ['release', A],
  ['release', B],
];
const TWO = { threshold: 2 };
const THIEF: Keys = [['both', S]];

const PROVED: Mutation = ['ota/form.py', 'refuse(code, code)', 'pass'];

const VERSION: Mutation = ['ota/form.py', 'refuse(found[0] != version + 1,', 'refuse(False,'];

/** A stranger's release, and root files that are to make it believed. */
function takeover(fixture: AttackFixture, roots: Readonly<Record<number, Buffer>>, keys = [S]): void {
  fixture.offer({}, EVIL, keys);
  for (const [version, bytes] of Object.entries(roots)) fixture.files.set(`/root/${version}`, bytes);
}

/** As encodeRoot() writes it, but of a format that this board does not know. */
function laterFormat(): Buffer {
  const today = root(2, rooted(R, S), [R]);
  const body = Buffer.from(today.toString('latin1', 0, today.length - 256).replace('root 1 ', 'root 2 '));
  return Buffer.concat([body, R.signer.sign(body)]);
}

export const TRUST: readonly Attack[] = [
  {
    row,
    name: 'a key that was revoked',
    begin: (fixture) => {
      fixture.anchors = root(2, rooted(R, B), [R]);
      fixture.has({}, {}, [B]);
      fixture.offer({}, EVIL, [A]);
    },
    ends: 'wrong_key',
    mutation: TRUSTED,
  },
  {
    row,
    name: 'the thief of a release key makes himself the root',
    begin: (fixture) =>
      takeover(fixture, {
        2: root(2, rooted(A, S), [A]),
      }),
    ends: 'wrong_key',
    mutation: PROVED,
  },
  {
    row,
    name: 'a new root file that only its own keys have signed',
    begin: (fixture) => takeover(fixture, { 2: root(2, THIEF, [S]) }),
    ends: 'wrong_key',
    mutation: ['ota/form.py', 'for trust in old, path:', 'for trust in (path,):'],
  },
  {
    row,
    name: 'a new root file that only the old root key has signed: nobody could change it again',
    begin: (fixture) =>
      takeover(fixture, {
        2: root(2, rooted(N, S), [R]),
      }),
    ends: 'wrong_key',
    mutation: ['ota/form.py', 'for trust in old, path:', 'for trust in (old,):'],
  },
  {
    row,
    name: 'a root file with a wrong signature under the name of the root key',
    begin: (fixture) => {
      const forged = root(2, rooted(R, S), [R]);
      takeover(fixture, { 2: Buffer.concat([forged.subarray(0, -256), Buffer.alloc(256, 1)]) });
    },
    ends: 'signature_invalid',
    mutation: SIGNATURE,
  },
  {
    row,
    name: 'a root file from later on in place of the next: the revocation between them is left out',
    begin: (fixture) =>
      takeover(fixture, {
        2: root(3, rooted(R, S), [R]),
      }),
    ends: 'root_version',
    mutation: VERSION,
  },
  {
    row,
    name: 'the root file from before the revocation in place of the next',
    begin: (fixture) => {
      const revoked: Keys = rooted(R, B);
      fixture.anchors = root(3, revoked, [R]);
      fixture.has({}, {}, [B]);
      takeover(
        fixture,
        {
          4: root(2, rooted(R, A), [R]),
        },
        [A],
      );
    },
    ends: 'root_version',
    mutation: VERSION,
  },
  {
    row,
    name: 'a root file of a format that this board does not know',
    begin: (fixture) => takeover(fixture, { 2: laterFormat() }),
    ends: 'head_invalid',
    mutation: FORMAT,
  },
  {
    row,
    name: 'a root file that goes back to an epoch before the theft',
    begin: (fixture) => {
      fixture.anchors = root(1, OLD_KEYS, [], { epoch: 1 });
      fixture.has({ epoch: 1 });
      takeover(fixture, {
        2: root(2, rooted(R, S), [R]),
      });
    },
    ends: 'epoch_wrong',
    mutation: ['ota/form.py', 'refuse(found[1] < epoch,', 'refuse(False,'],
  },
  {
    row,
    name: 'one key where two have to sign',
    begin: (fixture) => {
      fixture.anchors = root(1, OLD_KEYS, [], TWO);
      fixture.has({}, {}, [A, B]);
      fixture.offer({}, EVIL, [A]);
    },
    ends: 'threshold_unmet',
    mutation: ['ota/trust.py', 'max(1, root or says(path)[2])', '1'],
  },
  {
    row,
    name: 'one key that signs twice where two have to',
    begin: (fixture) => {
      fixture.anchors = root(1, OLD_KEYS, [], TWO);
      fixture.has({}, {}, [A, B]);
      fixture.offer({}, EVIL, [A, A]);
    },
    ends: 'threshold_unmet',
    mutation: [
      'ota/trust.py',
      'missing, code = missing - 1,',
      'missing, code = missing - 1 - ids.count(key),',
    ],
  },
  {
    row,
    name: 'a trusted key, and a stranger in the place of the second',
    begin: (fixture) => {
      fixture.anchors = root(1, OLD_KEYS, [], TWO);
      fixture.has({}, {}, [A, B]);
      fixture.offer({}, EVIL, [A, S]);
    },
    ends: 'threshold_unmet',
    mutation: TRUSTED,
  },
];
