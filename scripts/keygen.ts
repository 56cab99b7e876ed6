#!/usr/bin/env node
import { COMMON, type FlagTable, type Values } from '../server/cli/flags.js';
import { exportedText, importedText, madeText } from '../server/cli/key-messages.js';
import { print, runCommand } from '../server/cli/run-command.js';
import { furtherKeyText, rootKeyText } from '../server/cli/trust-messages.js';
/** npm run keygen: new keys, or keys on their way to another computer. */
import { SoftOtaError } from '../server/errors.js';
import { generateFurtherKey, generateKeys, generateRootKey } from '../server/keys/generate.js';
import type { Bits } from '../server/keys/rsa.js';
import { exportKeys, importKeys } from '../server/keys/transfer.js';

const flags = {
  keys: COMMON.keys,
  bits: { kind: 'text', value: '2048|3072|4096', default: '2048', help: 'size of the new RSA key' },
  root: {
    kind: 'switch',
    help: 'make a root key instead: it decides which keys boards trust; keep it offline',
  },
  out: {
    kind: 'text',
    value: 'DIR',
    help: 'with --root: the folder to write to, ideally a memory stick (default: KEYS)',
  },
  another: { kind: 'switch', help: 'make or import one more signing key beside the one that is there' },
  export: { kind: 'text', value: 'FILE', help: 'write the keys to one new, secret file' },
  import: {
    kind: 'text',
    value: 'FILE',
    help: 'install what --export wrote, or an RSA private key in PEM; - reads a pipe',
  },
} as const satisfies FlagTable;

const summary = 'Makes the key that signs your releases. Never overwrites a key.';

await runCommand({ name: 'keygen', summary, flags }, async (given) => {
  print(await perform(given));
});

async function perform(given: Values<typeof flags>): Promise<string> {
  if (given.export !== undefined)
    return exportedText(await exportKeys(given.keys, given.export), given.export);
  if (given.import !== undefined)
    return importedText(await importKeys(given.keys, given.import, given.another), given.import);
  if (process.stderr.isTTY) process.stderr.write(`Making an RSA key of ${given.bits} bits …\n`);
  const options = { bits: bitsOf(given.bits) };
  if (given.root) return rootKeyText(await generateRootKey(given.out ?? given.keys, options));
  if (given.another) return furtherKeyText(await generateFurtherKey(given.keys, options));
  return madeText(await generateKeys(given.keys, options));
}

function bitsOf(word: string): Bits {
  if (word === '2048' || word === '3072' || word === '4096') return Number(word) as Bits;
  throw new SoftOtaError('config_invalid', `--bits needs 2048, 3072 or 4096, not ${JSON.stringify(word)}.`);
}
