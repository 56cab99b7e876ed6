/** Whoever attacks the update meets the real client, and one without the check in his way (docs/security.md, "The attack suite"). */
import t from 'tap';
import { ENDLESS, SLOW } from './endless.js';
import { FAULTS } from './faults.js';
import { FORGED } from './forged.js';
import { FORWARD, FREEZE, MIX, ROLLBACK } from './old.js';
import type { Attack } from './run.js';
import { STRAND } from './strand.js';
import { STRANGERS } from './strangers.js';
import { Suite } from './suite.js';
import { TRUST } from './trust.js';
import { WRONG_TARGET } from './wrong-target.js';

const GROUPS: Readonly<Record<string, readonly Attack[]>> = {
  'what nobody has signed is not run': FORGED,
  'what was right once is not right for ever': [...ROLLBACK, ...FREEZE, ...FORWARD, ...MIX],
  'a board listens so much and so long, and no more': [...ENDLESS, ...SLOW],
  'who has one key does not get the others': TRUST,
  'the wrong device, and the wrong place on it': WRONG_TARGET,
  'what comes does not cut a board off': STRAND,
  'whoever is on the network, and whatever breaks: the board runs what it has': [...STRANGERS, ...FAULTS],
};

t.test('S1.17 S1.19 the attack suite', async (t) => {
  t.setTimeout(180_000); // a busy machine
  const suite = await Suite.make(t);
  for (const [what, attacks] of Object.entries(GROUPS))
    await t.test(what, { timeout: 120_000 }, (t) => suite.run(t, attacks));
  for (const line of suite.table()) t.comment(line);
});
