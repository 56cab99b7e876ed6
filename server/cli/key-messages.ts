/** What keygen says to people. Names files, never shows what is in them. */

import { STDIN } from '../keys/transfer.js';
import type { WrittenKeys } from '../keys/write-keys.js';

export function madeText({ keyId, files }: WrittenKeys): string {
  return `Made the key ${keyId}.
${list(files)}
Back up the two secret files, release.key.pem and enrolment.key, offline. Without the first, no board that trusts this
key can be updated again; without the second, boards cannot tell a new answer from a replayed one.
To copy them as one file: npm run keygen -- --export FILE
`;
}

export function exportedText({ keyId }: { keyId: string }, file: string): string {
  return `Wrote the key ${keyId} to ${file} (mode 600).
It is SECRET: anyone who has it can sign releases for your boards. Carry it on a memory stick, not over a network,
and import it on the other computer with: npm run keygen -- --import FILE
`;
}

export function importedText({ keyId, files, madeMaster }: WrittenKeys, file: string): string {
  const lines = [`Imported the key ${keyId}.`, list(files)];
  if (madeMaster === true) {
    lines.push(
      'The file held no enrolment key, so a new one was made. Boards that are already enrolled will report "not fresh"',
      'until they are provisioned again. If the old enrolment.key still exists, copy it here instead. Back up the new one.',
    );
  }
  if (file !== STDIN) lines.push(`${file} still holds the secret: store it safely, or delete it.`);
  return `${lines.join('\n')}\n`;
}

function list(files: readonly string[]): string {
  return files.length === 0
    ? '  (everything was there already)'
    : files.map((file) => `  ${file}`).join('\n');
}
