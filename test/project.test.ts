import t from 'tap';
import { parseProject, readProject } from '../server/project.js';

const DEFAULTS = {
  boards: ['*'],
  python: { 5: '1.12', 6: '1.19' },
  abis: [6, 5],
  esp8266: true,
  rulesOff: [],
  keepSource: ['main.py'],
};

t.test('without a file the defaults hold', async (t) => {
  t.strictSame(await readProject(t.testdir()), DEFAULTS);
});

t.test('what the file says goes before the defaults', async (t) => {
  const file = {
    boards: ['s20', 's31'],
    python: { 6: '1.22' },
    abis: [6],
    esp8266: false,
    march: 'xtensawin',
  };
  const project = await readProject(t.testdir({ 'soft-ota.json': JSON.stringify(file) }));
  t.strictSame(project, { ...DEFAULTS, ...file, python: { 5: '1.12', 6: '1.22' } });
  t.ok(Object.isFrozen(project));
});

t.test('main.py travels as source whatever the file keeps beside it', async (t) => {
  const { keepSource } = await parseProject('{"keepSource":["a.py","main.py"]}', 'soft-ota.json');
  t.strictSame(keepSource, ['main.py', 'a.py']);
});

for (const [text, message] of [
  ['{"board": ["s20"]}', /"board" is not known; known keys are boards, python, abis, esp8266/],
  ['{"python": {"7": "1.30"}}', /"python.7" is not known/],
  ['{"boards": []}', /"boards" has to be a list/],
  ['{"boards": ["a b"]}', /"boards.0" has to be a board name/],
  ['{"abis": [7]}', /"abis.0" has to be 5 or 6/],
  ['{"esp8266": "no"}', /"esp8266" has to be true or false/],
  ['{"rulesOff": ["all"]}', /"rulesOff.0" has to be a rule/],
  ['[]', /an object is expected, with some of these keys: boards/],
  ['{"boards": ', /is not JSON/],
] as const) {
  t.test(`refused: ${text}`, async (t) => {
    await t.rejects(parseProject(text, 'soft-ota.json'), { code: 'config_invalid', message });
    await t.rejects(parseProject(text, 'soft-ota.json'), { message: /^soft-ota.json/ });
  });
}
