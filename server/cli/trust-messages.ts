/** What the commands about trust say to people. */

import type { Rotated } from '../keys/rotate.js';
import type { WrittenKeys } from '../keys/write-keys.js';
import { type RootFields, releaseKeys } from '../signing/root.js';

/** A root file in lines. */
export function rootText({ version, epoch, threshold, keys }: RootFields): string {
  const signatures = threshold === 1 ? '1 signature' : `${threshold} signatures`;
  return lines(
    `  version ${version}, epoch ${epoch}, ${signatures} for a release`,
    ...keys.map(({ role, keyId }) => `  ${role.padEnd(7)} ${keyId}  ${DOES[role]}`),
  );
}

const DOES = {
  root: 'signs root files',
  release: 'signs releases',
  both: 'signs releases and root files',
} as const;

export function rotatedText({ before, after, path, missing }: Rotated): string {
  if (missing.length > 0) return draftText(after, path, missing);
  return `${lines(`Made root file ${after.version}: ${path}`)}${rootText(after)}${nextSteps(before, after)}`;
}

function draftText(after: RootFields, path: string, missing: readonly string[]): string {
  return `${lines(`A draft of root file ${after.version}: ${path}`)}${rootText(after)}${lines(
    `It waits for the signature of ${missing.join(', ')}. Where that key is:`,
    `  npm run sign-offline -- --root-key FILE ${basename(path)}`,
    'then back here:',
    `  npm run rotate -- --signed ${path}`,
  )}`;
}

function basename(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A change is nothing until it is published. */
export function nextSteps(before: RootFields, after: RootFields): string {
  const revoked = releaseKeys(before).filter(({ keyId }) => !after.keys.some((key) => key.keyId === keyId));
  const stolen = revoked.length > 0 && after.epoch === before.epoch;
  return lines(
    'Commit keys/root/, then publish: npm run build (or start the server again). The release is signed again as it is.',
    'New boards are provisioned with it from now on; the others follow when they next ask.',
    ...(stolen ? ['Was the key stolen? Then begin a new epoch as well: npm run rotate -- --epoch'] : []),
  );
}

export function installedText(path: string, after: RootFields, before: RootFields): string {
  return `${lines(`Root file ${after.version} is signed and in place: ${path}`)}${rootText(after)}${nextSteps(before, after)}`;
}

export function rootKeyText({ keyId, files }: WrittenKeys): string {
  const [secret = '', open = ''] = files;
  return lines(
    `Made the root key ${keyId}.`,
    `  ${secret}   SECRET: it says whom your boards trust`,
    `  ${open}`,
    'Keep it offline: on two memory sticks in two places, never on the computer that serves. Without it nobody can',
    'ever take a stolen release key away from your boards, or give them another one.',
    'Hand over to it once, with the stick in:',
    `  npm run rotate -- --root-key ${secret} --add-root ${open}`,
  );
}

export function furtherKeyText({ keyId, files }: WrittenKeys): string {
  return lines(
    `Made one more signing key, ${keyId}.`,
    ...files.map((file) => `  ${file}`),
    'Boards trust it once a root file names it:',
    `  npm run rotate -- --add ${files[1] ?? ''}`,
  );
}

function lines(...all: string[]): string {
  return all.map((line) => `${line}\n`).join('');
}
