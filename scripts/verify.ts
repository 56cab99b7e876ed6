#!/usr/bin/env node
import { COMMON, type FlagTable } from '../server/cli/flags.js';
/** npm run verify: is everything in a release folder as it was signed? */
import { runCommand } from '../server/cli/run-command.js';
import { readFirstRoot } from '../server/keys/keyring.js';
import { readPublicTrust } from '../server/keys/rotate.js';
import { trustFrom } from '../server/keys/trust.js';
import { type Verified, verifyBdist } from '../server/release/verify.js';

const flags = {
  bdist: COMMON.bdist,
  keys: { ...COMMON.keys, help: 'the folder of root/ or release.pub.pem' },
  key: { kind: 'text', value: 'PUB.pem', help: 'trust this public key, certificate or root file instead' },
} as const satisfies FlagTable;

const summary = 'Verifies the signatures and every file of a built release. Exits with 1 at the first fault.';
const SHOWN_WARNINGS = 10;

await runCommand({ name: 'verify', summary, flags }, async (given) => {
  const trust =
    given.key === undefined ? await readPublicTrust(given.keys) : trustFrom(await readFirstRoot(given.key));
  process.stdout.write(describe(given.bdist, await verifyBdist(given.bdist, trust)));
});

function describe(dir: string, { root, heads, blobs, bytes, warnings }: Verified): string {
  const [first] = heads;
  const lines = [
    `${dir} is as it was signed.`,
    `  release ${first?.release}, key ${first?.keyIds.join(', ')}`,
    ...(root.version === 0
      ? []
      : [`  root file ${root.version}, epoch ${root.epoch}, threshold ${root.threshold}`]),
    ...heads.map(
      ({ abi, set }) => `  ABI ${abi}: ${set.files} files, ${set.bytes} bytes, ${set.blocks} blocks`,
    ),
    `  ${blobs} blobs checked, ${bytes} bytes`,
    ...warnings.slice(0, SHOWN_WARNINGS).map((warning) => `warning: ${warning}`),
  ];
  const more = warnings.length - SHOWN_WARNINGS;
  if (more > 0) lines.push(`warning: and ${more} more like these.`);
  return `${lines.join('\n')}\n`;
}
