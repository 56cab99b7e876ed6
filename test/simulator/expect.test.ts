import t from 'tap';
import { isMet } from '../../simulator/expect.js';

const BOOT = { event: 'boot', cause: 'power' };
const RESET = { event: 'boot', cause: 'soft' };
const head = (release: number) => ({ event: 'head', release });
const INSTALLED = { event: 'installed', release: 2 };
const REFUSED = { event: 'refused', code: 'set_too_big' };

const CASES = [
  ['it was installed and stayed', [BOOT, head(2), INSTALLED, RESET], 2, true, true],
  ['it was installed and undone', [BOOT, head(2), INSTALLED, RESET, RESET], 1, false, false],
  ['there was nothing new', [BOOT, head(1)], 1, false, true],
  ['it was refused', [BOOT, head(2), REFUSED], 1, false, false],
  ['it was refused before a head was heard', [BOOT, REFUSED], 1, false, false],
  ['a repair of it was refused', [BOOT, head(1), REFUSED], 1, false, false],
  ['another question had a better answer', [BOOT, REFUSED, head(1)], 1, false, true],
  ['nobody answered', [BOOT], 1, false, false],
  ['nobody answered in the last boot', [BOOT, head(2), INSTALLED, BOOT], 2, true, false],
  ['no head is on the flash', [BOOT], undefined, false, false],
] as const;

for (const [name, events, release, installed, current] of CASES) {
  t.test(name, async (t) => {
    const ended = { events, release, outcome: 'timeout' };
    t.equal(isMet('installed', ended), installed, 'installed');
    t.equal(isMet('current', ended), current, 'current');
    t.equal(isMet('plug-up', ended), false, 'plug-up');
    t.equal(isMet('plug-up', { ...ended, outcome: 'plug-up' }), true, 'plug-up');
  });
}
