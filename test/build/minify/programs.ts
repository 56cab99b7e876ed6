/** Small programs of two modules that use their names in all the ways that a language has, and what they say on a real VM. */
import fc from 'fast-check';
import { minify, renamed } from '../../../server/build/minify/minify.js';
import { MAP } from '../../../server/build/minify/names.js';
import { runInVm } from '../../device/raw-vm.js';

/** Path → text, as they lie in a device folder. */
export type Program = Readonly<Record<string, string>>;

/** Pieces of a program; a to f are names. `told.say` is no module of the set. */
const PIECES: readonly ((...names: string[]) => string)[] = [
  (a, b, c, d) =>
    `def ${a}(${b}, ${c}=1):\n    ${d} = ${b} + ${c}\n    return ${d}\ntold.say(${a}(2, ${c}=3))`,
  (a, b, c, d) =>
    `class ${a}:\n    ${d} = 7\n    def __init__(self, ${b}):\n        self.${c} = ${b}\n    def ${b}(self):\n        return self.${c} + self.${d}\ntold.say(${a}(5).${b}())`,
  (a, b, c, d, e) =>
    `def ${d}(${a}, ${b}=0):\n    return "d", ${b}\nclass ${e}:\n    def __getattr__(self, ${c}):\n        return lambda *${a}: globals()[${c}](self, *${a})\ntold.say(${e}().${d}(4))`,
  (a, b, c) =>
    `class ${a}:\n    ${b} = 3\n    ${c} = 4\ntold.say(getattr(${a}, "${b}"), hasattr(${a}, "${b}"), ${a}.${c})`,
  (a, b) => `${a} = 1\ndef ${b}():\n    global ${a}\n    ${a} += 2\n${b}()\ntold.say(${a})`,
  (a, b, c) =>
    `def ${a}():\n    ${b} = 1\n    def ${c}():\n        nonlocal ${b}\n        ${b} += 5\n        return ${b}\n    return ${c}()\ntold.say(${a}())`,
  (a, b, c) => `${a} = {"${b}": 1, "x": 2}\ntold.say(sorted([(${c}, ${a}[${c}]) for ${c} in ${a}]))`,
  (a, b) =>
    `class ${a}(Exception):\n    pass\ntry:\n    raise ${a}(3)\nexcept ${a} as ${b}:\n    told.say(${b}.args[0])`,
  (a, b) =>
    `${a} = 4\n${b} = f"{${a} + 1:03d} ${a} {${a}!r}"\ntold.say(${b}[:3], ${b}[-1])`.replace('!r', ''),
  (a, b, c) =>
    `def ${a}(*${b}, **${c}):\n    return len(${b}), sorted(${c})\ntold.say(${a}(1, 2, **{"${c}": 1, "sep": 2}))`,
  (a, b) => `${a} = "${a}.${b}"\ntold.say(len(${a}))`,
  (a, b) => `def ${a}():\n    if (${b} := 3) > 2:\n        yield ${b}\ntold.say(list(${a}()))`,
  (a) => `import two\ntold.say(hasattr(two, "${a}"))`,
];
const MOST = 5;

const name = fc.constantFrom(...MAP.keys(), ...MAP.values(), 'append', 'other', 'mine');
const piece = fc
  .tuple(fc.constantFrom(...PIECES), fc.uniqueArray(name, { minLength: MOST, maxLength: MOST }))
  .map(([make, names]) => make(...names));

export const programs: fc.Arbitrary<Program> = fc
  .record({
    shared: fc.uniqueArray(name, { minLength: 2, maxLength: 4 }),
    one: fc.array(piece, { minLength: 1, maxLength: 4 }),
    two: fc.array(piece, { minLength: 1, maxLength: 4 }),
  })
  .map(({ shared, one, two }) => ({
    'one.py': `import told\nfrom two import ${shared.join(', ')}\ntold.say(${shared.join(', ')})\n${one.join('\n')}\n`,
    'two.py': `import told\n${two.join('\n')}\n${shared.map((each, i) => `${each} = ${i + 10}`).join('\n')}\n`,
  }));

const RUN = `
import sys, json
class Told:
    def say(self, *words): self.lines.append(repr(words))
told = sys.modules["told"] = Told()
results = []
for place in json.loads(PLACES):
    told.lines = []
    sys.path[0] = place
    try:
        import one
    except Exception as e:
        told.lines.append(type(e).__name__)
    for name in "one", "two", "three": sys.modules.pop(name, None)
    results.append(told.lines)
print("result", json.dumps(results))
`;

/** What each of these says. */
export async function say(all: readonly Program[]): Promise<string[][]> {
  const files = all.flatMap((program, i) =>
    Object.entries(program).map(([path, text]): [string, Buffer] => [`/p${i}/${path}`, Buffer.from(text)]),
  );
  const places = JSON.stringify(JSON.stringify(all.map((_, i) => `/p${i}`)));
  return (await runInVm('1.27', files, RUN.replace('PLACES', places))) as string[][];
}

export function renamedProgram(program: Program, map = MAP, keep: readonly string[] = []): Program {
  const files = Object.entries(program).map(([path, text]) => ({ path, bytes: Buffer.from(text) }));
  return Object.fromEntries(
    minify(files, new Set(keep), map).files.map(({ path, bytes }) => [path, bytes.toString()]),
  );
}

/** Without a look at what else the program says. */
export function renamedBlindly(program: Program, map: typeof MAP, keep: readonly string[]): Program {
  const files = Object.entries(program);
  return Object.fromEntries(
    files.map(([path, text]) => [path, keep.includes(path) ? text : renamed(text, map)]),
  );
}
