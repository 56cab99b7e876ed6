import t from 'tap';
import { flashBlocks, parseProject, readProject } from '../../server/build/project.js';

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

t.test('a byte order mark, as editors of Windows write it, is no part of the text', async (t) => {
  const { boards } = await readProject(t.testdir({ 'soft-ota.json': '\uFEFF{"boards":["s20"]}' }));
  t.strictSame(boards, ['s20']);
});

t.test('the flash of a board, or of the smallest that releases are for', async (t) => {
  const of = (text: object, board?: string) =>
    parseProject(JSON.stringify(text), 'soft-ota.json').then((project) => flashBlocks(project, board));
  t.strictSame(await of({}), { blocks: 99, board: 'a board' });
  t.equal(await of({ esp8266: false }), undefined, 'nobody knows');
  t.strictSame(await of({ esp8266: false, blocks: 512 }), { blocks: 512, board: 'a board' });
  const two = { boards: ['s20', 's31'], blocks: { s31: 700 } };
  t.strictSame(await of(two), { blocks: 99, board: 's20' });
  t.strictSame(await of(two, 's31'), { blocks: 700, board: 's31' });
  t.strictSame(await of({ blocks: { '*': 200, s20: 98 } }), { blocks: 98, board: 's20' });
  t.strictSame(await of({ blocks: { '*': 200, s20: 98 } }, 'toString'), { blocks: 200, board: 'toString' });
});

for (const [text, message] of [
  ['{"board": ["s20"]}', /"board" is not known; known keys are boards, python, abis, esp8266/],
  ['{"python": {"7": "1.30"}}', /"python.7" is not known/],
  ['{"boards": []}', /"boards" has to be a list/],
  ['{"boards": ["a b"]}', /"boards.0" has to be a board name/],
  ['{"abis": [7]}', /"abis.0" has to be 5 or 6/],
  ['{"esp8266": "no"}', /"esp8266" has to be true or false/],
  ['{"lint": {"of": []}}', /"lint.of" has to be an object such as/],
  ['{"lint": {"off": "lib"}}', /"lint.off" has to be a list/],
  ['{"rulesOff": ["all"]}', /"rulesOff.0" has to be a rule/],
  ['{"blocks": "99"}', /"blocks" has to be a number of 4,096-byte blocks, or one for each board/],
  ['{"blocks": {"s20": 1.5}}', /"blocks" has to be/],
  ['[]', /an object is expected, with some of these keys: boards/],
  ['{"boards": ', /is not JSON/],
] as const) {
  t.test(`refused: ${text}`, async (t) => {
    await t.rejects(parseProject(text, 'soft-ota.json'), { code: 'config_invalid', message });
    await t.rejects(parseProject(text, 'soft-ota.json'), { message: /^soft-ota.json/ });
  });
}
