/** The flags of the commands that serve, build and publish. */
import { COMMON, type Command } from './flags.js';

const MPY_CROSS = {
  kind: 'text',
  value: 'PATH',
  help: 'the mpy-cross of your firmware instead of the bundled one',
} as const;
const { device, bdist, keys, port, host } = COMMON;

const startFlags = {
  device,
  bdist,
  keys,
  port,
  host,
  'mpy-cross': MPY_CROSS,
  'no-watch': { kind: 'switch', help: 'build once, and not again when a source changes' },
  from: {
    kind: 'text',
    value: 'URL|DIR',
    help: 'serve a copy of what was published there; no private key, no sources',
  },
  key: { kind: 'text', value: 'FILE', help: 'with --from: the public key to check it with' },
  interval: {
    kind: 'number',
    value: 'SECONDS',
    min: 1,
    max: 86_400,
    default: 60,
    help: 'with --from URL: time between two looks',
  },
  'enrolled-only': {
    kind: 'switch',
    help: 'heads, files and root files for provisioned boards alone',
  },
  'halt-at': {
    kind: 'text',
    value: 'SHARE',
    default: '0.2',
    help: 'hold a release back once this share of the boards has undone it, 0 to 1, or never',
  },
  'trust-proxy': {
    kind: 'list',
    value: 'ADDRESS',
    help: 'a proxy in front (10.0.0.2, 10.0.0.0/8): its X-Forwarded-For says where boards are',
  },
  'console-open': {
    kind: 'switch',
    help: 'whoever sees the page may let a halted release go on, not this computer alone',
  },
} as const;

export const START: Command<typeof startFlags> = {
  name: 'start',
  summary: 'Compiles, signs, serves and watches: save a file, reboot a board, and it runs the new code.',
  flags: startFlags,
};

const buildFlags = {
  device,
  bdist,
  keys,
  'mpy-cross': MPY_CROSS,
  release: {
    kind: 'number',
    value: 'N',
    min: 1,
    max: 0xffff_ffff,
    help: 'the number of a new release, instead of the next one',
  },
  expires: {
    kind: 'number',
    value: 'DAYS',
    min: 1,
    max: 3650,
    help: 'for static hosts: boards say when a release is older; build again to renew it',
  },
  cosigner: {
    kind: 'list',
    value: 'KEY-ID',
    help: 'a key elsewhere that is to sign as well, where releases need several',
  },
} as const;

export const BUILD: Command<typeof buildFlags> = {
  name: 'build',
  summary: 'Compiles and signs a release into a folder that any web server can serve.',
  flags: buildFlags,
};

const downgradeFlags = {
  device,
  bdist,
  keys,
  'mpy-cross': MPY_CROSS,
  to: { kind: 'number', value: 'N', min: 1, max: 0xffff_ffff, help: 'the number to go back to (required)' },
  from: {
    kind: 'number',
    value: 'N',
    min: 1,
    max: 0xffff_ffff,
    help: 'the highest number that boards may have (default: that of the release in BDIST)',
  },
} as const;

export const DOWNGRADE: Command<typeof downgradeFlags> = {
  name: 'downgrade',
  summary:
    'Signs what the sources say now under a lower number, and lets boards that have a higher one take it.',
  flags: downgradeFlags,
  notes: `For release numbers that ran away, or to offer an old release under its own number again: check its sources out first, for
boards that have that number take no other content under it. To take back a bad release, there is a simpler way: put the
old sources back and build; the next number is as good as any.`,
};
