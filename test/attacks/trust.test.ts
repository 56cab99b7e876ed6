/** Stolen and revoked keys (docs/security.md, "The attack suite"). */
import t from 'tap';
import { suite } from './suite.js';
import { TRUST } from './trust.js';

t.test('S1.19 who has one key does not get the others', { timeout: 120_000 }, (t) => suite(t, [...TRUST]));
