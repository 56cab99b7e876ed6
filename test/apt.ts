/** Programs of Debian that tests need as real peers. Installed by the first test that wants one, where that is possible. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

interface Program {
  readonly places: readonly string[];
  readonly packages: readonly string[];
}

const PROGRAMS = {
  mosquitto: { places: ['/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto'], packages: ['mosquitto'] },
  chromium: { places: ['/usr/bin/chromium', '/usr/bin/chromium-browser'], packages: ['chromium'] },
} as const satisfies Record<string, Program>;

/** Two test processes must not run apt at once; the system lets go of this lock when its holder ends, however it ends. */
const LOCK = join(tmpdir(), 'soft-ota-apt.lock');
/** A browser is 400 MB with all that it needs. */
const INSTALL_MS = 300_000;

/** The path of a program. Rejects with a sentence that tells what to do when it is missing and cannot be installed. */
export async function have(name: keyof typeof PROGRAMS): Promise<string> {
  const { places, packages } = PROGRAMS[name];
  const found = find(places) ?? (await install(places, packages));
  if (found === undefined) {
    throw new Error(
      `${name} is missing, and installing it takes root and apt: apt-get install ${packages.join(' ')}`,
    );
  }
  return found;
}

function find(places: readonly string[]): string | undefined {
  return places.find((path) => existsSync(path));
}

async function install(places: readonly string[], packages: readonly string[]): Promise<string | undefined> {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return undefined;
  // RUNLEVEL=1: a package must not start a service of its own.
  const command = `RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  const there = places.map((path) => `test -x ${path}`).join(' || ');
  const line = `${there} || ${command} || { apt-get update && ${command}; }`;
  // A failure shows in the program that is still missing.
  await promisify(execFile)('flock', [LOCK, 'sh', '-c', line], { timeout: INSTALL_MS }).catch(
    () => undefined,
  );
  return find(places);
}
