/** The comparison of the rules with the oracle, with faults put into the rules: each has to be seen. */
import fc from 'fast-check';
import t from 'tap';
import { compare } from './compare.js';
import { scene } from './rules-cases.js';
import { rulesInVm, shipped } from './rules-vm.js';

/** [where, what stands there, what is put there]: the faults of the ancestor, and others that are easily made. */
const FAULTS: readonly (readonly [string, string, string, string])[] = [
  ['B1l a range ends at midnight', 'rules', 'end += 1440', 'end = 1440'],
  [
    'B1m a range that begins ends the one before',
    'rules',
    'until = end\n            elif',
    'until = start + 1\n            elif',
  ],
  ['B1o an inactive day is not driven', 'rules', 'row & days', 'row & 127'],
  [
    'B1p the weekday is that of UTC',
    'rules',
    '_state(timers, minute + east)',
    '_state(timers, minute // 1440 * 1440 + (minute + east) % 1440)',
  ],
  [
    'B1q zones in the west count as if in the east',
    'forms',
    'east = -minutes(text[i:j])',
    'east = abs(minutes(text[i:j]))',
  ],
  ['the south has its summer in July', 'rules', 'summer = begin < end', 'summer = True'],
  [
    'a move is taken for a local time of the other season',
    'rules',
    '_at(end, year) - dst',
    '_at(end, year) - std',
  ],
  [
    'an override ends at midnight',
    'rules',
    '[1] or _FOREVER',
    '[1] and (minute // 1440 + 1) * 1440 or _FOREVER',
  ],
];

t.test('the comparison can fail: each of these faults is seen', async (t) => {
  const scenes = fc.sample(scene, { numRuns: 25, seed: 7 });
  for (const [what, module, old, fault] of FAULTS) {
    const sources = shipped();
    const text = sources.get(module) ?? '';
    t.ok(text.includes(old), `${old} is in ${module}.py`);
    const { wrong } = await compare(
      await rulesInVm(sources.set(module, text.replace(old, fault))),
      scenes,
      241,
    );
    t.ok(wrong.length > 0, `${what}: ${wrong.length} of ${scenes.length} scenes differ`);
  }
});
