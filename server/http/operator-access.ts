/** May this request change something? Only from a page of this server itself, and, unless the page is open to all, from this computer. */
import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';

/** True when the operator's button is for whoever sent this request. */
export function isOperator({ raw }: FastifyRequest, open: boolean): boolean {
  const name = hostName(raw.headers.host ?? '');
  return open ? isOwnName(name) : isLocalName(name) && isLocalPeer(raw) && !wasForwarded(raw);
}

/** False for a request that a page from elsewhere made somebody's browser send. What is no browser says nothing of all that. */
export function isFromOwnPage({ raw }: FastifyRequest): boolean {
  const { origin, host, 'sec-fetch-site': site = 'same-origin' } = raw.headers;
  if (site !== 'same-origin' && site !== 'none') return false;
  return origin === undefined || origin === `http://${host}` || origin === `https://${host}`;
}

function hostName(host: string): string {
  return host
    .replace(/:\d*$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();
}

/** A name from the Internet may be pointed at any address at any time, so that a page of strangers is "the same origin". */
function isOwnName(name: string): boolean {
  return isIP(name) !== 0 || !name.includes('.') || name.endsWith('.local');
}

function isLocalName(name: string): boolean {
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}

function isLocalPeer({ socket }: FastifyRequest['raw']): boolean {
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  return address === '::1' || address.startsWith('127.');
}

/** A proxy on this computer speaks for others. */
function wasForwarded({ headers }: FastifyRequest['raw']): boolean {
  return ['forwarded', 'via', 'x-forwarded-for', 'x-real-ip'].some((name) => headers[name] !== undefined);
}
