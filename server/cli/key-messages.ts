/** What keygen says to people. Names files, never shows what is in them. */

import { STDIN } from '../keys/transfer.js';
import type { LaidKeys } from '../keys/write-keys.js';

export function madeText({ keyId, files }: LaidKeys): string {
  return `Made the key ${keyId}.
${list(files)}
Back up the two secret files, release.key.pem and enrolment.key, somewhere offline: without the first no board that
trusts this key can be updated again, without the second boards cannot tell that a server answers now.
One file for the safe or the second laptop: npm run keygen -- --export FILE
`;
}

export function exportedText({ keyId }: { keyId: string }, file: string): string {
  return `Wrote the key ${keyId} to ${file} (mode 600).
It is SECRET: whoever has it can sign releases for your boards. Carry it on something you hold in your hand, and
lay it down on the other computer with: npm run keygen -- --import FILE
`;
}

export function importedText({ keyId, files, madeMaster }: LaidKeys, file: string): string {
  const lines = [`Imported the key ${keyId}.`, list(files)];
  if (madeMaster === true) {
    lines.push(
      'There was no enrolment key with it, so a new one was made: boards that are enrolled already will say "not fresh"',
      'until they are provisioned again. Bring enrolment.key over instead, if it still exists. Back up the new one.',
    );
  }
  if (file !== STDIN) lines.push(`${file} still holds the secret: put it away, or delete it.`);
  return `${lines.join('\n')}\n`;
}

function list(files: readonly string[]): string {
  return files.length === 0
    ? '  (everything was there already)'
    : files.map((file) => `  ${file}`).join('\n');
}
