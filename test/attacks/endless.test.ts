/** Data without end, and without haste (docs/security.md, "The attack suite"). */
import t from 'tap';
import { ENDLESS, SLOW } from './endless.js';
import { suite } from './suite.js';

t.test('S1.17 S1.19 a board listens so much and so long, and no more', { timeout: 120_000 }, (t) =>
  suite(t, [...ENDLESS, ...SLOW]),
);
