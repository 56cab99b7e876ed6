/** Programs of Debian that tests need as real peers, and where they may be. `npm test` sees to it that they are there (provide.ts). */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

interface Program {
  /** Debian's name for the package. */
  readonly package: string;
  readonly purpose: string;
  /** Where it may be on a system. */
  readonly places: readonly string[];
  /** Where it is inside of the package. */
  readonly unpacked: string;
  /** A flag with which it only tells about itself, and how that begins. A name alone may be a script that tells where to get the program. */
  readonly flag: string;
  readonly says: RegExp;
}

export const PROGRAMS = {
  mosquitto: {
    package: 'mosquitto',
    purpose: 'the MQTT broker that a plug talks to',
    places: ['/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto'],
    unpacked: 'usr/sbin/mosquitto',
    flag: '-h',
    says: /^mosquitto version/m,
  },
  mosquitto_passwd: {
    package: 'mosquitto',
    purpose: 'writes the passwords for that broker',
    places: ['/usr/bin/mosquitto_passwd', '/usr/local/bin/mosquitto_passwd'],
    unpacked: 'usr/bin/mosquitto_passwd',
    flag: '-h',
    says: /^mosquitto_passwd is/m,
  },
  chromium: {
    // the browser without a window: half the work for the same pages
    package: 'chromium-headless-shell',
    purpose: 'the browser that looks at the pages of plug and server (any Chromium or Google Chrome serves)',
    places: [
      '/usr/bin/chromium-headless-shell',
      '/usr/bin/chromium',
      '/usr/bin/chromium-browser',
      '/usr/bin/google-chrome',
      '/snap/bin/chromium',
    ],
    unpacked: 'usr/lib/chromium/chromium-headless-shell',
    flag: '--version',
    says: /^(Chromium|Google Chrome) \d/m,
  },
  python3: {
    package: 'python3',
    purpose: 'runs the reference client of docs/reference/',
    places: ['/usr/bin/python3', '/usr/local/bin/python3'],
    unpacked: 'usr/bin/python3',
    flag: '--version',
    says: /^Python 3\.(9|[1-9]\d)/m,
  },
} as const satisfies Record<string, Program>;

export type ProgramName = keyof typeof PROGRAMS;
const NAMES = Object.keys(PROGRAMS) as ProgramName[];

/** Packages that `npm test` has fetched lie unpacked here; what is in `bin` starts their programs. */
export const UNPACKED = fileURLToPath(new URL('../../.soft-ota/programs', import.meta.url));

export const byHand = (packages: readonly string[]): string =>
  `sudo apt-get install --no-install-recommends ${packages.join(' ')}`;

/** Those of one's own first: they were fetched because the system's do not start. */
function find(name: ProgramName): string | undefined {
  return [join(UNPACKED, 'bin', name), ...PROGRAMS[name].places].find((path) => existsSync(path));
}

async function starts(name: ProgramName): Promise<boolean> {
  const path = find(name);
  if (path === undefined) return false;
  const { flag, says } = PROGRAMS[name];
  // mosquitto ends such a question with 3
  const { stdout, stderr } = await promisify(execFile)(path, [flag]).catch((error) => error);
  return says.test(`${stdout}${stderr}`);
}

export async function missing(): Promise<ProgramName[]> {
  const here = await Promise.all(NAMES.map(starts));
  return NAMES.filter((_, at) => !here[at]);
}

/** The path of a program. Throws a sentence that tells what to do when it is not there. */
export function have(name: ProgramName): string {
  const found = find(name);
  if (found === undefined) {
    throw new Error(
      `${name} is not here. npm test fetches it when it runs all tests; or type: ${byHand([PROGRAMS[name].package])}`,
    );
  }
  return found;
}
