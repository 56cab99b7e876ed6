/** Debian packages in a folder of their own, with what they need and the system has not: no root, nothing installed. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PROGRAMS, UNPACKED } from './programs.js';

const ROOT = join(UNPACKED, 'root');
const APT = join(UNPACKED, 'apt');
const BIN = join(UNPACKED, 'bin');
/** apt's own folders and locks belong to root. */
const OPTIONS = [
  `Dir::State::lists=${APT}/lists`,
  `Dir::Cache=${APT}/cache`,
  `APT::Sandbox::User=${userInfo().username}`,
  'Debug::NoLocking=1',
].flatMap((option) => ['-o', option]);
/** A browser is 100 MB to fetch. */
const MAX_MS = 300_000;
/** Fonts and no settings about them, where nobody has installed any. */
const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${ROOT}/usr/share/fonts</dir><dir>/usr/share/fonts</dir><cachedir>${UNPACKED}/fonts</cachedir></fontconfig>
`;

async function run(command: string, args: readonly string[]): Promise<string> {
  const options = { cwd: APT, env: { ...process.env, LC_ALL: 'C' }, timeout: MAX_MS, maxBuffer: 1 << 26 };
  return (await promisify(execFile)(command, args, options)).stdout;
}

const apt = (...args: string[]): Promise<string> => run('apt-get', [...OPTIONS, '-q', ...args]);

/** Rejects when they do not come, or do not start here. */
export async function unpack(packages: readonly string[], say: (line: string) => void): Promise<void> {
  rmSync(UNPACKED, { recursive: true, force: true });
  for (const folder of [`${APT}/lists/partial`, `${APT}/cache/archives/partial`, ROOT, BIN])
    mkdirSync(folder, { recursive: true });
  await apt('update');
  const all = await needed(packages);
  say(`${all.length} packages, ${Math.round((await sizeOf(all)) / 1e6)} MB to fetch …\n`);
  await apt('download', ...all);
  await open(readdirSync(APT).filter((name) => name.endsWith('.deb')));
  rmSync(APT, { recursive: true });
  layStarters();
}

/** What the system has stays the system's, also when there is a newer one. */
async function needed(packages: readonly string[]): Promise<string[]> {
  const plan = await apt('install', '--simulate', '--no-install-recommends', ...packages);
  return [...plan.matchAll(/^Inst (\S+) \(/gm)].map(([, name = '']) => name);
}

async function sizeOf(packages: readonly string[]): Promise<number> {
  const uris = await apt('download', '--print-uris', ...packages);
  return [...uris.matchAll(/^'.*' \S+ (\d+)/gm)].reduce((sum, [, size]) => sum + Number(size), 0);
}

async function open(debs: string[]): Promise<void> {
  const work = async (): Promise<void> => {
    for (let deb = debs.pop(); deb !== undefined; deb = debs.pop()) await run('dpkg-deb', ['-x', deb, ROOT]);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
}

/** Each program behind a line that tells it where its libraries and fonts are. */
function layStarters(): void {
  writeFileSync(join(UNPACKED, 'fonts.conf'), FONTS);
  const fonts = existsSync('/etc/fonts/fonts.conf') ? '' : `FONTCONFIG_FILE='${UNPACKED}/fonts.conf' `;
  const libraries = `LD_LIBRARY_PATH='${libraryFolders().join(':')}' `;
  for (const [name, { unpacked }] of Object.entries(PROGRAMS)) {
    const program = join(ROOT, unpacked);
    const line = `#!/bin/sh\n${fonts}${libraries}exec '${program}' "$@"\n`;
    if (existsSync(program)) writeFileSync(join(BIN, name), line, { mode: 0o755 });
  }
}

function libraryFolders(): string[] {
  const found = readdirSync(ROOT, { recursive: true, withFileTypes: true });
  const libraries = found.filter(({ name }) => /\.so(\.|$)/.test(name));
  return [...new Set(libraries.map(({ path }) => path))].filter((path) => !/chromium|gconv/.test(path));
}
