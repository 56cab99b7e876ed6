/** What `sign-offline` shows to whoever signs. */

import type { OfflineSigned } from '../release/sign-offline.js';
import type { Head } from '../signing/head.js';
import { rootText } from './trust-messages.js';

export function signedText(files: readonly OfflineSigned[]): string {
  return files.map(fileText).join('');
}

function fileText({ path, says, signed, missing }: OfflineSigned): string {
  const did =
    signed.length === 0 ? 'was signed already, nothing changed' : `is now signed by ${signed.join(', ')}`;
  const state = missing.length === 0 ? 'Every signature is there.' : `Still missing: ${missing.join(', ')}.`;
  return `${path} ${did}.\n${'head' in says ? headText(says.head) : rootText(says.root)}${state}\n`;
}

function headText({ release, abi, boards, set, manifest, epoch, downgrade }: Head): string {
  const back = downgrade === undefined ? '' : `, boards may come down to it from ${downgrade}`;
  return `  release ${release}, epoch ${epoch}, ABI ${abi}, boards ${boards.join(' ')}${back}
  ${set.files} files, ${set.bytes} bytes; manifest ${manifest.sha256.toString('hex')}
`;
}
