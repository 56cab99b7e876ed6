#!/usr/bin/env node
/** soft-ota <command>: the same as npm run <command>, in anyone's own project. */
import { runMain } from '../server/cli/run-command.js';
import { SoftOtaError } from '../server/errors.js';

/** Each command is a file beside this one. */
const COMMANDS: Readonly<Record<string, string>> = {
  start: 'compile, sign, serve and watch',
  build: 'compile and sign a release into a folder',
  verify: 'check the signature and every file of a release',
  lint: 'check device code',
  keygen: 'make, export or import the signing key',
  rotate: 'change which keys boards trust',
  revoke: 'revoke a key on all boards',
  'sign-offline': 'add the signature of a key that is kept elsewhere',
  resume: 'resume a halted release',
  downgrade: 'go back to a lower release number',
  provision: "make a new board's files",
  simulate: 'boot a board without hardware',
};

/** What a checkout can do besides, for those who know it from there. */
const CHECKOUT_ONLY = ['bench', 'test', 'check'];

const HELP = [
  'Usage: soft-ota <command> [flags]     soft-ota <command> --help',
  '',
  ...Object.entries(COMMANDS).map(([name, summary]) => `  ${name.padEnd(12)} ${summary}`),
  '',
].join('\n');

const [node = '', script = '', command, ...flags] = process.argv;

if (command === undefined || command === '--help' || command === '-h') process.stdout.write(HELP);
else if (Object.hasOwn(COMMANDS, command)) {
  // The command reads its flags where every program does.
  process.argv = [node, script, ...flags];
  await import(`./${command}.js`);
} else {
  await runMain(() => {
    const known = Object.keys(COMMANDS).join(', ');
    if (CHECKOUT_ONLY.includes(command)) {
      const message = `"${command}" measures or tests soft-ota itself: npm run ${command}, in a checkout of it.`;
      throw new SoftOtaError('config_invalid', message);
    }
    throw new SoftOtaError('config_invalid', `There is no command "${command}". Known are: ${known}.`);
  });
}
