/** Replays of what was right once (docs/security.md, "The attack suite"). */
import t from 'tap';
import { FORWARD, FREEZE, MIX, ROLLBACK } from './old.js';
import { suite } from './suite.js';

t.test('S1.19 what was signed once is worth no more than it was meant to be', { timeout: 120_000 }, (t) =>
  suite(t, [...ROLLBACK, ...FREEZE, ...FORWARD, ...MIX]),
);
