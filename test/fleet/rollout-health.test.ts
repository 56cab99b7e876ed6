import t from 'tap';
import { Ledger } from '../../server/fleet/rollout-health.js';

const R = 50;
const undone = { keys: [], have: 49, bad: R, error: 'ValueError' };
const runs = { keys: [], have: R };

function ledgerWith(failed: number, confirmed: number, haltAt?: number): Ledger {
  const ledger = new Ledger(haltAt);
  ledger.follow('50-x');
  for (let i = 0; i < confirmed; i += 1) ledger.report(`runs-${i}`, runs, R);
  for (let i = 0; i < failed; i += 1) ledger.report(`undid-${i}`, undone, R);
  return ledger;
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
    const { halted: is } = ledgerWith(failed, confirmed, haltAt);
    t.equal(is, halted, `${failed} undid it, ${confirmed} run it, from ${haltAt ?? 'the usual share'}`);
  }
});

t.test('S1.21 each device counts once, and for what it says of this release', async (t) => {
  const ledger = ledgerWith(0, 0);
  t.equal(ledger.report('a', undone, R), 'undone');
  for (let i = 0; i < 10; i += 1) t.equal(ledger.report('a', undone, R), undefined);
  t.notOk(ledger.halted);
  t.equal(ledger.report('b', { ...undone, bad: 48 }, R), undefined, 'another release');
  t.equal(ledger.report('c', { ...runs, mode: 'trial' }, R), undefined, 'not confirmed yet');
  t.equal(ledger.report('d', { ...runs, mode: 'safe' }, R), undefined);
  t.equal(ledger.report('e', { keys: [], have: 49 }, R), undefined);
  t.same([ledger.failed, ledger.confirmed], [[{ device: 'a', error: 'ValueError', known: false }], 0]);
  t.equal(ledger.report('f', runs, R), 'confirmed');
  t.equal(ledger.report('f', runs, R), undefined);
  t.equal(ledger.confirmed, 1);
  t.equal(ledger.report('a', runs, R), 'confirmed', 'it got the release by cable, and runs it now');
  t.same([ledger.failed, ledger.confirmed, ledger.hasFailed('a')], [[], 2, false]);
});

t.test('S1.21 resumed: failures until now are known, new ones halt it again', async (t) => {
  const ledger = ledgerWith(3, 2);
  t.ok(ledger.resume());
  t.notOk(ledger.resume(), 'there is nothing to resume');
  t.notOk(ledger.halted);
  t.ok(ledger.hasFailed('undid-0'), 'it does not get the release again');
  ledger.report('undid-0', undone, R);
  ledger.report('new-1', undone, R);
  t.notOk(ledger.halted);
  ledger.report('new-2', undone, R);
  t.ok(ledger.halted);
});

t.test('S1.21 a new release starts clean, the same one goes on', async (t) => {
  const ledger = ledgerWith(2, 1);
  const { state } = ledger;
  t.notOk(ledger.follow('50-x'));
  t.ok(ledger.halted);
  t.ok(ledger.follow('51-y'));
  t.same(ledger.state, { release: '51-y', halted: false, failed: [], confirmed: [] });
  const next = new Ledger();
  next.restore(state);
  t.same(next.state, state);
  t.ok(next.halted && next.knows('undid-1') && next.knows('runs-0') && !next.knows('other'));
});

t.test('memory is bounded, and a halt stays', async (t) => {
  const ledger = ledgerWith(30_000, 30_000);
  t.same([ledger.failed.length, ledger.confirmed], [20_000, 20_000]);
  t.equal(ledger.failed[0]?.device, 'undid-10000', 'the oldest went');
  t.ok(ledger.halted);
});
