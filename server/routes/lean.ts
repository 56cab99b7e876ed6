/** Answers for devices: every header that a microcontroller would have to read past is left out. */
import type { FastifyReply } from 'fastify';

/** Makes the reply one of raw bytes. */
export function asBytes(reply: FastifyReply, caching: string): FastifyReply {
  const { raw, request } = reply;
  raw.sendDate = false;
  // HTTP/1.1 keeps a connection alive without saying so; a client that speaks 1.0, or wants to close, is told.
  if (request.raw.httpVersionMinor === 1 && raw.shouldKeepAlive) raw.removeHeader('connection');
  return reply.header('content-type', 'application/octet-stream').header('cache-control', caching);
}
