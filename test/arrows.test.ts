/** The arrows of the house point down (docs/architecture.md): whoever draws one upwards, or across, fails here. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Rooms from the top to the bottom. A room imports from rooms of lower rows, from itself, and nothing else. */
const ROWS: readonly (readonly string[])[] = [
  ['scripts'],
  ['server/cli'],
  ['server/process'],
  ['server/http', 'server/watch', 'server/discovery', 'server/mirror', 'server/provision', 'server/tools'],
  ['server/fleet'],
  ['server/release'],
  ['server/build', 'server/keys'],
  ['server/signing', 'server/fs'],
  ['server/errors', 'server/command-name'],
];

/** The simulator meets the server over the network only. */
const OUTSIDE: Readonly<Record<string, readonly string[]>> = {
  simulator: ['server/errors'],
};
const SIMULATOR_ENTRY = 'scripts/simulate';
/** Runs what is no part of the product. */
const FUZZ_ENTRY = 'scripts/fuzz';

interface Arrow {
  readonly from: string;
  readonly to: string;
}

function sourcesIn(folder: string, extension: string): string[] {
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith(extension)).map((name) => join(folder, name));
}

function arrowsOf(file: string): Arrow[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const found = text.matchAll(/(?:from|import|import\(|new URL\()\s*['"](\.[^'"]+\.js)['"]/g);
  return [...found].map(([, target = '']) => {
    const path = relative(ROOT, join(ROOT, dirname(file), target)).replace(/\.js$/, '');
    return { from: file.replace(/\.ts$/, ''), to: path };
  });
}

/** A folder; or one of the few files beside the folders. */
function roomOf(path: string): string {
  const [first = '', second = ''] = path.split('/');
  return first === 'server' ? `server/${second}` : first;
}

const rowOf = (room: string): number => ROWS.findIndex((row) => row.includes(room));

function fault({ from, to }: Arrow): string | undefined {
  const [source, target] = [roomOf(from), roomOf(to)];
  if (from === FUZZ_ENTRY && target === 'test') return undefined;
  if (source === target || (from === SIMULATOR_ENTRY && target === 'simulator')) return undefined;
  if (OUTSIDE[source] !== undefined) return OUTSIDE[source].includes(target) ? undefined : 'leaves its world';
  if (rowOf(source) === -1) return `${source} is in no row`;
  if (rowOf(target) === -1) return `${target} is in no row`;
  return rowOf(source) < rowOf(target) ? undefined : 'points up or across';
}

const files = ['server', 'scripts', 'simulator'].flatMap((folder) => sourcesIn(folder, '.ts'));

t.test('arrows between rooms point down', async (t) => {
  const arrows = files.flatMap(arrowsOf);
  t.ok(arrows.length > 100, `${arrows.length} imports`);
  const faults = arrows.flatMap((arrow) => {
    const what = fault(arrow);
    return what === undefined ? [] : [`${arrow.from} → ${arrow.to} ${what}`];
  });
  t.same(faults, []);
});

t.test('the check can fail', async (t) => {
  t.equal(fault({ from: 'server/signing/head', to: 'server/release/release' }), 'points up or across');
  t.equal(fault({ from: 'server/signing/head', to: 'server/fs/atomic-write' }), 'points up or across');
  t.equal(fault({ from: 'server/http/routes/head', to: 'server/watch/changes' }), 'points up or across');
  t.equal(fault({ from: 'server/build/project', to: 'server/keys/keyring' }), 'points up or across');
  t.equal(fault({ from: 'server/process/config', to: 'server/cli/commands' }), 'points up or across');
  t.equal(fault({ from: 'server/fs/atomic-write', to: 'server/release/layout' }), 'points up or across');
  t.equal(fault({ from: 'simulator/board', to: 'server/signing/head' }), 'leaves its world');
  t.equal(fault({ from: 'server/new/x', to: 'server/errors' }), 'server/new is in no row');
  t.equal(fault({ from: 'server/process/serve', to: 'server/http/app' }), undefined);
});

t.test('no file of the server lies outside of a room, but for those that all of them need', async (t) => {
  const loose = files.filter((file) => file.startsWith('server/') && file.split('/').length === 2);
  t.same(loose.toSorted(), ['server/command-name.ts', 'server/errors.ts']);
});

t.test(
  'the compiler knows nothing of the linter, signatures nothing of disk, clock and network',
  async (t) => {
    const linted = files.filter((file) => file.startsWith('server/build/compile/')).flatMap(arrowsOf);
    t.same(
      linted.filter(({ to }) => to.startsWith('server/build/lint/')),
      [],
    );
    const signing = files.filter((file) => file.startsWith('server/signing/'));
    const impure =
      /from 'node:(?:fs|net|http|https|dgram|timers|child_process|os)|Date\.now|new Date\(\)|\bfetch\(/;
    t.same(
      signing.filter((file) => impure.test(withoutComments(readFileSync(join(ROOT, file), 'utf8')))),
      [],
    );
  },
);

t.test('each danger stands in its one place', async (t) => {
  const dangers: [RegExp, readonly string[]][] = [
    [/process\.env/, ['server/process/config.ts', 'server/cli/run-command.ts']],
    [/process\.exit\(/, ['server/cli/run-command.ts']],
    [/new Worker\(/, ['server/build/compile/compiler.ts', 'simulator/thread.ts']],
  ];
  for (const [danger, allowed] of dangers) {
    const found = files.filter((file) =>
      danger.test(withoutComments(readFileSync(join(ROOT, file), 'utf8'))),
    );
    t.same(
      found.filter((file) => !allowed.includes(file)),
      [],
      String(danger),
    );
  }
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

/** On the device: `ota` knows nothing of the plug, and of the plug only its look at night and its word for a release on trial know the client; both know `net`; the guard knows the rescued client alone. */
const DEVICE: Readonly<Record<string, readonly string[]>> = {
  boot: [],
  rescue: ['ota'],
  net: [],
  ota: ['net'],
  plug: ['net'],
  main: ['net', 'ota', 'plug'],
};

const LOOK = ['device/plug/night.py → ota'];

t.test('arrows on the device', async (t) => {
  const faults = sourcesIn('device', '.py').flatMap((file) => {
    const [, source = ''] = file.replace(/\.py$/, '').split('/');
    const text = readFileSync(join(ROOT, file), 'utf8');
    const imported = [...text.matchAll(/^\s*(?:from|import)\s+([a-z_]+)/gm)].map(([, name = '']) => name);
    const own = imported.filter(
      (name) => name in DEVICE && name !== source && !LOOK.includes(`${file} → ${name}`),
    );
    return own.filter((name) => !DEVICE[source]?.includes(name)).map((name) => `${file} → ${name}`);
  });
  t.same(faults, []);
});
