/** Heads, manifests and files that nobody who is trusted has signed (docs/security.md, "The attack suite"). */
import t from 'tap';
import { FORGED } from './forged.js';
import { suite } from './suite.js';

t.test('S1.19 what nobody has signed is not run', { timeout: 120_000 }, (t) => suite(t, [...FORGED]));
