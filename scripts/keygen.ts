#!/usr/bin/env node
/** npm run keygen: new keys, or keys on their way to another computer. */
import { SoftOtaError } from '../server/errors.js';
import { runCommand } from '../server/exit.js';
import { COMMON, type FlagTable, type Values } from '../server/flags.js';
import { generateKeys } from '../server/keys/generate.js';
import type { Bits } from '../server/keys/pair.js';
import { exportedText, importedText, madeText } from '../server/keys/texts.js';
import { exportKeys, importKeys } from '../server/keys/transfer.js';
import { asTyped } from '../server/typed.js';

const flags = {
  keys: COMMON.keys,
  bits: { kind: 'text', value: '2048|3072|4096', default: '2048', help: 'size of the new RSA key' },
  export: { kind: 'text', value: 'FILE', help: 'write the keys to one new, secret file' },
  import: {
    kind: 'text',
    value: 'FILE',
    help: 'lay down what --export wrote, or an RSA private key in PEM; - reads a pipe',
  },
} as const satisfies FlagTable;

const summary = 'Makes the key that your releases are signed with. Never overwrites one.';

await runCommand({ name: 'keygen', summary, flags }, async (given) => {
  process.stdout.write(asTyped(await perform(given)));
});

async function perform(given: Values<typeof flags>): Promise<string> {
  if (given.export !== undefined)
    return exportedText(await exportKeys(given.keys, given.export), given.export);
  if (given.import !== undefined)
    return importedText(await importKeys(given.keys, given.import), given.import);
  if (process.stderr.isTTY) process.stderr.write(`Making an RSA key of ${given.bits} bits …\n`);
  return madeText(await generateKeys(given.keys, { bits: bitsOf(given.bits) }));
}

function bitsOf(word: string): Bits {
  if (word === '2048' || word === '3072' || word === '4096') return Number(word) as Bits;
  throw new SoftOtaError('config_invalid', `--bits needs 2048, 3072 or 4096, not ${JSON.stringify(word)}.`);
}
