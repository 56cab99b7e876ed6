import t from 'tap';
import { RolloutHealth } from '../../server/fleet/rollout-health.js';

const R = 50;
const undone = { keys: [], have: 49, bad: R, error: 'ValueError' };
const runs = { keys: [], have: R };

function healthWith(failed: number, confirmed: number, haltAt?: number): RolloutHealth {
  const health = new RolloutHealth(haltAt);
  health.startFor('50-x');
  for (let i = 0; i < confirmed; i += 1) health.report(`runs-${i}`, runs, R);
  for (let i = 0; i < failed; i += 1) health.report(`undid-${i}`, undone, R);
  return health;
}

t.test('S1.21 a release is halted at the share that was set, and never by one device', async (t) => {
  const cases: [failed: number, confirmed: number, haltAt: number | undefined, halted: boolean][] = [
    [1, 0, undefined, false],
    [2, 0, undefined, true],
    [2, 8, undefined, true],
    [2, 9, undefined, false],
    [3, 12, undefined, true],
    [1, 0, 0, false],
    [2, 1000, 0, true],
    [2, 1, 1, false],
    [2, 0, 1, true],
    [100, 0, Number.POSITIVE_INFINITY, false],
  ];
  for (const [failed, confirmed, haltAt, halted] of cases) {
    const { halted: is } = healthWith(failed, confirmed, haltAt);
    t.equal(is, halted, `${failed} undid it, ${confirmed} run it, from ${haltAt ?? 'the usual share'}`);
  }
});

t.test('S1.21 each device counts once, and for what it says of this release', async (t) => {
  const health = healthWith(0, 0);
  t.equal(health.report('a', undone, R), 'undone');
  for (let i = 0; i < 10; i += 1) t.equal(health.report('a', undone, R), undefined);
  t.notOk(health.halted);
  t.equal(health.report('b', { ...undone, bad: 48 }, R), undefined, 'another release');
  t.equal(health.report('c', { ...runs, mode: 'trial' }, R), undefined, 'not confirmed yet');
  t.equal(health.report('d', { ...runs, mode: 'safe' }, R), undefined);
  t.equal(health.report('e', { keys: [], have: 49 }, R), undefined);
  t.same([health.failed, health.confirmed], [[{ device: 'a', error: 'ValueError', known: false }], 0]);
  t.equal(health.report('f', runs, R), 'confirmed');
  t.equal(health.report('f', runs, R), undefined);
  t.equal(health.confirmed, 1);
  t.equal(health.report('a', runs, R), 'confirmed', 'it got the release by cable, and runs it now');
  t.same([health.failed, health.confirmed, health.hasFailed('a')], [[], 2, false]);
});

t.test('S1.21 resumed: failures until now are known, new ones halt it again', async (t) => {
  const health = healthWith(3, 2);
  t.ok(health.resume());
  t.notOk(health.resume(), 'there is nothing to resume');
  t.notOk(health.halted);
  t.ok(health.hasFailed('undid-0'), 'it does not get the release again');
  health.report('undid-0', undone, R);
  health.report('new-1', undone, R);
  t.notOk(health.halted);
  health.report('new-2', undone, R);
  t.ok(health.halted);
});

t.test('S1.21 a new release starts clean, the same one goes on', async (t) => {
  const health = healthWith(2, 1);
  const { state } = health;
  t.notOk(health.startFor('50-x'));
  t.ok(health.halted);
  t.ok(health.startFor('51-y'));
  t.same(health.state, { release: '51-y', halted: false, failed: [], confirmed: [] });
  const next = new RolloutHealth();
  next.restore(state);
  t.same(next.state, state);
  t.ok(
    next.halted && next.hasReported('undid-1') && next.hasReported('runs-0') && !next.hasReported('other'),
  );
});

t.test('memory is bounded, and a halt stays', async (t) => {
  const health = healthWith(30_000, 30_000);
  t.same([health.failed.length, health.confirmed], [20_000, 20_000]);
  t.equal(health.failed[0]?.device, 'undid-10000', 'the oldest went');
  t.ok(health.halted);
});
