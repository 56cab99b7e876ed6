/** The wrong board, and the wrong place on it (docs/security.md, "The attack suite"). */
import t from 'tap';
import { PLACE } from './place.js';
import { suite } from './suite.js';

t.test('S1.19 a signed release stays in its own place on its own boards', { timeout: 120_000 }, (t) =>
  suite(t, [...PLACE]),
);
