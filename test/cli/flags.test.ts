import t from 'tap';
import { COMMON, type FlagTable, helpText, parseFlags, wantsHelp } from '../../server/cli/flags.js';
import { hasCode } from '../../server/errors.js';

const TABLE = {
  keys: COMMON.keys,
  port: COMMON.port,
  out: { kind: 'text', value: 'DIR', required: true, help: 'where to' },
  server: { kind: 'text', value: 'URL', help: 'the server' },
  wifi: { kind: 'list', value: 'SSID:PASSWORD', help: 'a network' },
  quiet: { kind: 'switch', help: 'say less' },
} as const satisfies FlagTable;

function refused(...argv: string[]): string {
  try {
    parseFlags(TABLE, argv);
  } catch (error) {
    if (hasCode(error, 'config_invalid')) return error.message;
    throw error;
  }
  throw new Error('was not refused');
}

t.test('defaults, values, lists and switches come out typed', async (t) => {
  t.same(parseFlags(TABLE, ['--out', 'x']), {
    keys: 'keys',
    port: 8267,
    out: 'x',
    server: undefined,
    wifi: [],
    quiet: false,
  });
  const all = parseFlags(TABLE, ['--out=x', '--port', '80', '--wifi', 'a:b', '--wifi=c:d', '--quiet']);
  t.equal(all.port, 80);
  t.same(all.wifi, ['a:b', 'c:d']);
  t.equal(all.quiet, true);
  t.ok(Object.isFrozen(all));
});

t.test('what is wrong is said in one sentence', async (t) => {
  t.equal(refused(), '--out DIR is missing.');
  t.equal(refused('--out', 'x', '--nope'), "Unknown option '--nope'.");
  t.match(refused('--out', 'x', 'stray'), /Unexpected argument 'stray'/);
  t.match(refused('--out='), /--out needs a value/);
  for (const port of ['-0', '65536', '1e3', '0x10', '80.5', '']) {
    t.match(refused('--out', 'x', `--port=${port}`), /--port needs a whole number from 0 to 65535/);
  }
});

t.test('words by themselves are taken where a table asks for them', async (t) => {
  const table = { keys: COMMON.keys, file: { kind: 'operands', value: 'FILE...', help: 'what' } } as const;
  t.same(parseFlags(table, ['a', '--keys', 'k', 'b']), { keys: 'k', file: ['a', 'b'] });
  t.throws(() => parseFlags(table, ['--keys', 'k']), {
    code: 'config_invalid',
    message: 'FILE... is missing.',
  });
  const text = helpText({ name: 'try', summary: 'Tries.', flags: table });
  t.match(text, 'npm run try -- [flags] FILE...     or: soft-ota try [flags] FILE...');
  t.match(text, /\n {2}FILE\.\.\. +what\n/);
});

t.test('--help is made from the same table', async (t) => {
  const text = helpText({ name: 'try', summary: 'Tries.', flags: TABLE, notes: 'A note.' });
  t.match(text, /^Tries\.\n\nUsage: npm run try -- \[flags\]/);
  t.match(text, /--port N +TCP and UDP port .*\(default 8267\)/);
  t.match(text, /--out DIR +where to \(required\)/);
  t.match(text, /--wifi SSID:PASSWORD +a network \(may be repeated\)/);
  t.match(text, /\n\nA note\.\n$/);
  t.ok(wantsHelp(['--nope', '--help']));
  t.notOk(wantsHelp(['--port', '1']));
});
