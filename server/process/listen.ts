/** Opens the port, and closes it without cutting anybody off at once. */
import { networkInterfaces } from 'node:os';
import { SoftOtaError } from '../errors.js';
import type { App } from '../http/app-type.js';
import { limitConnections, maxConnections } from './connection-limit.js';

/** Ten thousand boards may ask in the same second, after a power cut. */
const BACKLOG = 4096;
/** For answers under way when the server is stopped. */
const GRACE_MS = 5000;

/**
 * @param port 0 for any free one
 * @returns the port
 * @throws SoftOtaError port_in_use or config_invalid
 */
export async function listen(app: App, host: string, port: number): Promise<number> {
  limitConnections(app.server, maxConnections());
  try {
    await app.listen({ host, port, backlog: BACKLOG });
  } catch (cause) {
    throw translate(cause, host, port);
  }
  const address = app.server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

function translate(cause: unknown, host: string, port: number): unknown {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'EADDRINUSE') {
    return new SoftOtaError('port_in_use', `Port ${port} on ${host} is in use.`, { cause });
  }
  if (['EACCES', 'EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN'].includes(code)) {
    return new SoftOtaError('config_invalid', `Cannot listen on ${host}, port ${port} (${code}).`, { cause });
  }
  return cause;
}

/** Waits for answers under way, and for no longer than the grace time. */
export async function closeGracefully(app: App): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), GRACE_MS);
  await app.close();
  clearTimeout(timer);
}

/** The addresses under which boards and browsers reach the server. */
export function addresses(host: string, port: number): string[] {
  const everywhere = host === '0.0.0.0' || host === '::';
  return (everywhere ? ownAddresses() : [host]).map((name) => `http://${bracket(name)}:${port}`);
}

function ownAddresses(): string[] {
  const own = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const ipv4 = own.filter(({ family, internal }) => family === 'IPv4' && !internal);
  return [...ipv4.map(({ address }) => address), '127.0.0.1'];
}

function bracket(name: string): string {
  return name.includes(':') ? `[${name}]` : name;
}
