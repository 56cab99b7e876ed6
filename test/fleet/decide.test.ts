import t from 'tap';
import type { CheckIn } from '../../server/fleet/check-in.js';
import { decide } from '../../server/fleet/decide.js';
import { compareVersions } from '../../server/fleet/versions.js';
import { KEY, makeTestRelease } from '../release/made-release.js';

const RELEASE = makeTestRelease({ 'a.txt': 'a' }, { number: 50, boards: ['s20', 's31'], abis: [5, 6] });
const TREE = RELEASE.heads.get(6)?.tree ?? '';
const OTHER_KEY = '0123456789abcdef';

const verdict = (checkIn: Partial<CheckIn>, abi = 6) => {
  const made = decide(abi, { keys: [], ...checkIn }, RELEASE);
  return 'error' in made ? `${made.kind} ${made.error.code}` : made.kind;
};

t.test('S1.11 who has the release and its files is current, everybody else gets it', async (t) => {
  t.equal(verdict({ have: 50, tree: TREE }), 'current');
  t.equal(verdict({ have: 50 }), 'current', 'who does not say is believed');
  t.equal(verdict({ have: 50, tree: '0'.repeat(16) }), 'update', 'files differ from what it says it has');
  t.equal(verdict({ have: 49, tree: TREE }), 'update');
  t.equal(verdict({ have: 0 }), 'update');
  t.equal(verdict({}), 'update');
  t.not(RELEASE.heads.get(5)?.tree, TREE);
  t.equal(verdict({ have: 50, tree: TREE }, 5), 'update', 'each ABI has its own files');
});

t.test('boards and firmware', async (t) => {
  t.equal(verdict({ board: 's31' }), 'update');
  t.equal(verdict({ board: 's26' }), 'refused board_unknown');
  t.equal(verdict({ fw: '1.18.0' }), 'refused firmware_old');
  t.equal(verdict({ fw: '1.18.0' }, 5), 'update');
  t.equal(verdict({ fw: '1.19' }), 'update');
  t.equal(verdict({ fw: '1.27.0-preview' }), 'update');
  t.equal(verdict({ fw: 'unknown' }), 'update', 'the device knows its own version better');
});

t.test('S1.12 an ABI that there is no release for: the message names both', async (t) => {
  const made = decide(7, { keys: [] }, RELEASE);
  t.match(made, {
    kind: 'refused',
    error: {
      code: 'abi_unknown',
      status: 404,
      message: /version 7; .* for 5 \(MicroPython 1\.12 to 1\.18\) and 6 \(MicroPython 1\.19 and later\)/,
    },
  });
});

t.test('a device with another key gets the head all the same, and the message names both keys', async (t) => {
  const made = decide(6, { keys: [OTHER_KEY], have: 50 }, RELEASE);
  t.match(made, { kind: 'distrusted', head: { bytes: RELEASE.heads.get(6)?.bytes } });
  if (made.kind === 'distrusted') {
    t.equal(made.error.code, 'wrong_key');
    t.match(made.error.message, new RegExp(`trusts ${OTHER_KEY}; .* signed by ${KEY.publicKey.keyId}`));
  }
  t.equal(verdict({ keys: [OTHER_KEY, KEY.publicKey.keyId] }), 'update', 'one of several is enough');
});

t.test('a board with a higher number: the message has both, and the way out', async (t) => {
  t.equal(verdict({ have: 51, tree: TREE }), 'distrusted rollback', 'it gets the head, to say so itself');
  const made = decide(6, { keys: [], have: 51 }, RELEASE);
  t.match(
    'error' in made && made.error.message,
    /release 51; .* offers 50,.* downgrade -- --to 50 --from 51"/,
  );
  t.equal(verdict({ keys: [OTHER_KEY], have: 51 }), 'distrusted wrong_key', 'the key comes first');
  const kind = (have: number, options: object) =>
    decide(6, { keys: [], have }, makeTestRelease({ 'a.txt': 'a' }, { number: 50, ...options })).kind;
  t.equal(
    kind(51, { epoch: 1 }),
    'update',
    'numbers begin anew with an epoch, and the board may be in the one before',
  );
  t.equal(kind(55, { downgrade: 55 }), 'update', 'it may come down');
  t.equal(kind(56, { downgrade: 55 }), 'distrusted');
});

t.test('a verdict is made without a look at the stack, errors of other kinds keep theirs', async (t) => {
  for (const checkIn of [{ keys: [OTHER_KEY] }, { keys: [], board: 's26' }, { keys: [], fw: '1.1' }]) {
    const made = decide(6, checkIn, RELEASE);
    t.ok('error' in made);
    t.notMatch('error' in made && made.error.stack, /\n\s+at /);
  }
  t.match(new Error('other').stack, /\n\s+at /);
});

t.test('before the first build', async (t) => {
  t.match(decide(6, { keys: [] }, undefined), {
    kind: 'refused',
    error: { code: 'not_ready', status: 503 },
  });
});

t.test('versions are compared as numbers', async (t) => {
  t.ok(compareVersions('1.9', '1.19') < 0);
  t.ok(compareVersions('1.19.1', '1.19') > 0);
  t.equal(compareVersions('1.19.0', '1.19'), 0);
  t.equal(compareVersions('v1.20.0-12-gabc', '1.20'), 0);
  t.ok(compareVersions('2.0', '1.99.9') > 0);
});
