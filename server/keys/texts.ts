/** What keygen says to people. Names files, never shows what is in them. */
import type { LaidKeys } from './lay.js';

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

export function importedText({ keyId, files }: LaidKeys, file: string): string {
  return `Imported the key ${keyId}.
${list(files)}
${file} still holds the secret: put it away, or delete it.
`;
}

function list(files: readonly string[]): string {
  return files.length === 0
    ? '  (everything was there already)'
    : files.map((file) => `  ${file}`).join('\n');
}
