/** Keys that were stolen or revoked, and the files that say so. */

import { A, B, EVIL_MAIN, type Keys, N, R, root, rooted, S, type Stage } from './attack-fixture.js';
import type { Hole } from './bench.js';
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

const PROVED: Hole = ['ota/form.py', 'refuse(code, code)', 'pass'];

const VERSION: Hole = ['ota/form.py', 'refuse(found[0] != version + 1,', 'refuse(False,'];

/** A stranger's release, and root files that are to make it believed. */
function takeover(stage: Stage, roots: Readonly<Record<number, Buffer>>, keys = [S]): void {
  stage.offer({}, EVIL, keys);
  for (const [version, bytes] of Object.entries(roots)) stage.files.set(`/root/${version}`, bytes);
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
    begin: (stage) => {
      stage.anchors = root(2, rooted(R, B), [R]);
      stage.has({}, {}, [B]);
      stage.offer({}, EVIL, [A]);
    },
    ends: 'wrong_key',
    hole: TRUSTED,
  },
  {
    row,
    name: 'the thief of a release key makes himself the root',
    begin: (stage) =>
      takeover(stage, {
        2: root(2, rooted(A, S), [A]),
      }),
    ends: 'wrong_key',
    hole: PROVED,
  },
  {
    row,
    name: 'a new root file that only its own keys have signed',
    begin: (stage) => takeover(stage, { 2: root(2, THIEF, [S]) }),
    ends: 'wrong_key',
    hole: ['ota/form.py', 'for trust in old, path:', 'for trust in (path,):'],
  },
  {
    row,
    name: 'a new root file that only the old root key has signed: nobody could change it again',
    begin: (stage) =>
      takeover(stage, {
        2: root(2, rooted(N, S), [R]),
      }),
    ends: 'wrong_key',
    hole: ['ota/form.py', 'for trust in old, path:', 'for trust in (old,):'],
  },
  {
    row,
    name: 'a root file with a wrong signature under the name of the root key',
    begin: (stage) => {
      const forged = root(2, rooted(R, S), [R]);
      takeover(stage, { 2: Buffer.concat([forged.subarray(0, -256), Buffer.alloc(256, 1)]) });
    },
    ends: 'signature_invalid',
    hole: SIGNATURE,
  },
  {
    row,
    name: 'a root file from later on in place of the next: the revocation between them is left out',
    begin: (stage) =>
      takeover(stage, {
        2: root(3, rooted(R, S), [R]),
      }),
    ends: 'root_version',
    hole: VERSION,
  },
  {
    row,
    name: 'the root file from before the revocation in place of the next',
    begin: (stage) => {
      const revoked: Keys = rooted(R, B);
      stage.anchors = root(3, revoked, [R]);
      stage.has({}, {}, [B]);
      takeover(
        stage,
        {
          4: root(2, rooted(R, A), [R]),
        },
        [A],
      );
    },
    ends: 'root_version',
    hole: VERSION,
  },
  {
    row,
    name: 'a root file of a format that this board does not know',
    begin: (stage) => takeover(stage, { 2: laterFormat() }),
    ends: 'head_invalid',
    hole: FORMAT,
  },
  {
    row,
    name: 'a root file that goes back to an epoch before the theft',
    begin: (stage) => {
      stage.anchors = root(1, OLD_KEYS, [], { epoch: 1 });
      stage.has({ epoch: 1 });
      takeover(stage, {
        2: root(2, rooted(R, S), [R]),
      });
    },
    ends: 'epoch_wrong',
    hole: ['ota/form.py', 'refuse(found[1] < epoch,', 'refuse(False,'],
  },
  {
    row,
    name: 'one key where two have to sign',
    begin: (stage) => {
      stage.anchors = root(1, OLD_KEYS, [], TWO);
      stage.has({}, {}, [A, B]);
      stage.offer({}, EVIL, [A]);
    },
    ends: 'threshold_unmet',
    hole: ['ota/trust.py', 'max(1, root or says(path)[2])', '1'],
  },
  {
    row,
    name: 'one key that signs twice where two have to',
    begin: (stage) => {
      stage.anchors = root(1, OLD_KEYS, [], TWO);
      stage.has({}, {}, [A, B]);
      stage.offer({}, EVIL, [A, A]);
    },
    ends: 'threshold_unmet',
    hole: ['ota/trust.py', 'missing, code = missing - 1,', 'missing, code = missing - 1 - ids.count(key),'],
  },
  {
    row,
    name: 'a trusted key, and a stranger in the place of the second',
    begin: (stage) => {
      stage.anchors = root(1, OLD_KEYS, [], TWO);
      stage.has({}, {}, [A, B]);
      stage.offer({}, EVIL, [A, S]);
    },
    ends: 'threshold_unmet',
    hole: TRUSTED,
  },
];
