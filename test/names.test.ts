/** The field's words, not metaphors of ours (docs/glossary.md): what has gone from the names of files and exports stays away. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FOLDERS = ['server', 'scripts', 'simulator', 'test'];

/** As whole words of a name: `layKeys` and `lay-board` have the word, `layout` and `display` have not. */
const BANNED: ReadonlySet<string> = new Set([
  ...['believe', 'believed', 'crowd', 'doubt', 'droppings', 'film', 'friend', 'greeting', 'handshake'],
  ...['happening', 'hello', 'house', 'hub', 'judge', 'judgement', 'lacking', 'laid', 'lane', 'lay', 'ledger'],
  ...['lie', 'life', 'partly', 'patience', 'personality', 'said', 'seldom', 'settle', 'shop', 'siege'],
  ...['stamp', 'surroundings', 'timeless', 'troubles', 'undone', 'workshop'],
]);
/** MAX_, MIN_ and DEFAULT_ are what everybody looks for. */
const CONSTANT = /^(?:LARGEST|LEAST|LONGEST|MOST|USUAL)_/;
const EXPORT =
  /^export (?:(?:async|abstract|declare) )*(?:function\*?|const|class|interface|type|let|enum) (\w+)/gm;

function wordsOf(name: string): string[] {
  return (name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? []).map((word) => word.toLowerCase());
}

function isBanned(name: string): boolean {
  return CONSTANT.test(name) || wordsOf(name).some((word) => BANNED.has(word));
}

function filesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
}

t.test('names of files and exports', async (t) => {
  const found = FOLDERS.flatMap((folder) =>
    filesIn(folder).flatMap((file) => {
      const path = `${folder}/${file}`;
      const exported = [...readFileSync(join(ROOT, path), 'utf8').matchAll(EXPORT)].map(
        ([, name = '']) => name,
      );
      return [file.replace(/\.ts$/, ''), ...exported].filter(isBanned).map((name) => `${path}: ${name}`);
    }),
  );
  t.same(found, []);
});

t.test('the check can fail', async (t) => {
  for (const name of ['process/crowd', 'layKeys', 'lay-board', 'MOST_DEVICES', 'Hub', 'wasUndone'])
    t.ok(isBanned(name), name);
  for (const name of ['layout', 'release/commit-heads', 'MAX_DEVICES', 'display', 'longestLine'])
    t.notOk(isBanned(name), name);
});
