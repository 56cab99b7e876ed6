/** Strangers on the network, and faults that nobody means (docs/security.md, "The attack suite"). */
import t from 'tap';
import { FAULTS } from './faults.js';
import { STRANGERS } from './strangers.js';
import { suite } from './suite.js';

t.test(
  'S1.17 S1.19 whoever is on the network, and whatever breaks: the board runs what it has',
  { timeout: 120_000 },
  (t) => suite(t, [...STRANGERS, ...FAULTS]),
);
