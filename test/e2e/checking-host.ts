/** A static host that knows the keys of enrolled devices: it answers freshly, and checks the MAC of every request (docs/protocol.md §5). */
import { createHash, createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Test } from 'tap';
import { freshMac } from '../../server/signing/fresh.js';
import { type StaticHost, staticHost } from './static-host.js';

export interface CheckingHost extends StaticHost {
  /** K of the one device that asks here, as it lies in data/enrol. */
  key: Buffer;
  /** The proof of freshness that is sent, made from the right one. */
  fresh: (proof: string) => string;
  /** Unix seconds that are sent. */
  time: number;
  /** What each request said and whether its MAC was right, oldest first. */
  readonly requests: { readonly path: string; readonly said: URLSearchParams; readonly right: boolean }[];
}

export async function checkingHost(t: Test, folder: string): Promise<CheckingHost> {
  const plain = await staticHost(t, folder);
  const host: CheckingHost = Object.assign(plain, {
    key: Buffer.alloc(32),
    fresh: (proof: string) => proof,
    time: 1_800_000_000,
    requests: [],
  });
  plain.tamper = (path, bytes) => {
    const query = host.queries.at(-1) ?? '';
    const said = new URLSearchParams(query);
    host.requests.push({ path, said, right: isRight(host.key, path + query) });
    const nonce = said.get('nonce');
    if (nonce === null || bytes.length === 0) return undefined;
    const mac = freshMac(host.key, nonce, host.time, createHash('sha256').update(bytes).digest());
    const proof = host.fresh(`Soft-OTA-Fresh: ${host.time} ${mac}`);
    return (socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${bytes.length}\r\n${proof}\r\n\r\n`);
      socket.write(bytes);
    };
  };
  return host;
}

/** Over the request target behind the first slash and before the MAC. */
function isRight(key: Buffer, target: string): boolean {
  const [, signed = '', mac = ''] = /^\/(.*)&mac=([0-9a-f]{32})$/.exec(target) ?? [];
  return createHmac('sha256', key).update(signed, 'latin1').digest('hex').slice(0, 32) === mac;
}

/** K as a board has it. */
export async function enrolmentKey(flash: string): Promise<Buffer> {
  const [, key = ''] = (await readFile(join(flash, 'data/enrol'), 'latin1')).trim().split(' ');
  return Buffer.from(key, 'hex');
}
