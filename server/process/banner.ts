/** What a person at a terminal reads once the server is up. Pure. */
import type { Release } from '../release/release.js';

export interface Banner {
  readonly urls: readonly string[];
  readonly release: Release | undefined;
  readonly hints: readonly string[];
  /** Folder of the sources; undefined for a mirror. */
  readonly device: string | undefined;
}

/** Lines, without the last line feed. */
export function bannerText({ urls, release, hints, device }: Banner): string {
  const [first = ''] = urls;
  const state =
    release === undefined
      ? 'no release yet: correct what is said above'
      : `release ${release.number}, key ${release.keyIds.join(',')}`;
  const next = [
    `  A new board    npm run provision -- --out board --wifi SSID:PASSWORD --server ${first}`,
    `  No board?      npm run -s simulate -- --server ${first} --flash .soft-ota/board`,
    `  Change it      save a file under ${device}/, then reboot the board`,
  ];
  return [
    '',
    `  soft-ota       ${state}`,
    ...urls.map((url, i) => `  ${i === 0 ? 'Address  ' : '         '}      ${url}`),
    ...(device === undefined ? [] : next), // a mirror has no keys to make boards with
    ...hints.map((hint) => `  Note           ${hint}`),
    '  Stop           Ctrl-C',
    '',
  ].join('\n');
}
