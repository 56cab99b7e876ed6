/** Answers for devices: every header that a microcontroller would have to read past is left out. */
import type { FastifyReply } from 'fastify';

const BYTES = 'application/octet-stream';

/** Makes the reply one of raw bytes. */
export function asBytes(reply: FastifyReply, caching: string): FastifyReply {
  omitHeaders(reply);
  return reply.header('content-type', BYTES).header('cache-control', caching);
}

/**
 * Sends bytes that fit into one packet, headers and body as one text in one write: past Fastify, which would send two pieces.
 * @param text one character for each byte
 * @param headers more of them, name and value in turn: for Node less work than an object
 */
export function sendMinimal(
  reply: FastifyReply,
  text: string,
  caching: string,
  headers: readonly string[],
): void {
  omitHeaders(reply);
  reply.hijack();
  const named = ['content-type', BYTES, 'cache-control', caching, 'content-length', String(text.length)];
  reply.raw.writeHead(200, [...headers, ...named]).end(text, 'latin1');
}

function omitHeaders({ raw, request }: FastifyReply): void {
  raw.sendDate = false;
  // HTTP/1.1 keeps a connection alive without saying so; a client that speaks 1.0, or wants to close, is told.
  if (request.raw.httpVersionMinor === 1 && raw.shouldKeepAlive) raw.removeHeader('connection');
}
