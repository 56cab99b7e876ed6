/** The flags of the commands that serve, build and publish. */
import { COMMON, type Command } from './flags.js';

const MPY_CROSS = {
  kind: 'text',
  value: 'PATH',
  help: 'use the mpy-cross of your firmware instead of the bundled one',
} as const;
const { device, bdist, keys, port, host } = COMMON;

const startFlags = {
  device,
  bdist,
  keys,
  port,
  host,
  'mpy-cross': MPY_CROSS,
  'no-watch': { kind: 'switch', help: 'build once; do not rebuild when a source changes' },
  from: {
    kind: 'text',
    value: 'URL|DIR',
    help: 'mirror a published release; needs no private key and no sources',
  },
  key: { kind: 'text', value: 'FILE', help: 'with --from: the public key to verify the release with' },
  interval: {
    kind: 'number',
    value: 'SECONDS',
    min: 1,
    max: 86_400,
    default: 60,
    help: 'with --from URL: poll interval',
  },
  'enrolled-only': {
    kind: 'switch',
    help: 'serve heads, files and root files to provisioned boards only',
  },
  'halt-at': {
    kind: 'text',
    value: 'SHARE',
    default: '0.2',
    help: 'halt a release once this share of the boards has rolled it back, 0 to 1, or never',
  },
  'trust-proxy': {
    kind: 'list',
    value: 'ADDRESS',
    help: 'trust X-Forwarded-For from this reverse proxy (10.0.0.2, 10.0.0.0/8)',
  },
  'console-open': {
    kind: 'switch',
    help: 'allow everyone who can open the page to resume a halted release',
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
    help: 'for static hosts: boards report a release that is older; build again to renew it',
  },
  cosigner: {
    kind: 'list',
    value: 'KEY-ID',
    help: 'a key on another computer that must sign too, if releases need several signatures',
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
    'Signs the current sources under a lower release number, and lets boards with a higher one install it.',
  flags: downgradeFlags,
  notes: `Use it after a release number that was much too high, or to offer an old release under its own number again. Check out
the sources of that release first: boards that have that number accept no other content under it. To replace a bad
release, put the old sources back and build; that needs no lower number.`,
};
