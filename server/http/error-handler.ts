/** Every answer that is not 200: one JSON form, codes of the closed list, no stack (docs/protocol.md §6). */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { type ErrorCode, SoftOtaError } from '../errors.js';

/** Errors of Fastify that a client can cause, by the start of their code. */
const FASTIFY_FAULTS: readonly (readonly [prefix: string, code: ErrorCode, message: string])[] = [
  ['FST_ERR_BAD_URL', 'request_invalid', 'The address has a malformed escape.'],
  // For a method that Node knows and Fastify does not, not even its own answer to unknown addresses is found.
  ['FST_ERR_NOT_FOUND', 'method_invalid', 'The server takes no such method.'],
  ['FST_ERR_MAX_PARAM_LENGTH', 'not_found', 'There is nothing at this address.'],
  // Bodies are read for methods that no route has.
  ['FST_ERR_CTP_', 'method_invalid', 'The request has a body.'],
];

/** The error handler: what goes wrong in a route becomes an answer, and a line in the log when it is the server's fault. */
export function errorHandler(log: Logger) {
  return (
    error: FastifyError | SoftOtaError,
    _request: FastifyRequest,
    reply: FastifyReply,
  ): FastifyReply => {
    const fault = translate(error);
    if (fault.code === 'internal') log.error({ err: error }, 'request failed');
    return sendFault(reply, fault);
  };
}

/** Also for wrong methods: Fastify looks for a route of this method and finds none. */
export function notFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (request.method === 'GET' || request.method === 'HEAD') {
    return sendFault(reply, new SoftOtaError('not_found', 'There is nothing at this address.'));
  }
  return sendFault(reply, new SoftOtaError('method_invalid', 'The server takes no such method.'));
}

function translate(error: FastifyError | SoftOtaError): SoftOtaError {
  if (error instanceof SoftOtaError) return error;
  if (error.validation !== undefined) return new SoftOtaError('request_invalid', `${error.message}.`);
  const known = FASTIFY_FAULTS.find(([prefix]) => error.code?.startsWith(prefix));
  if (known !== undefined) return new SoftOtaError(known[1], known[2]);
  return new SoftOtaError('internal', 'The request failed.');
}

function sendFault(reply: FastifyReply, fault: SoftOtaError): FastifyReply {
  reply.code(fault.status).header('content-type', 'application/json; charset=utf-8');
  // What is left of a body would be taken for the next request.
  if (fault.code === 'method_invalid') reply.header('connection', 'close').header('allow', 'GET, HEAD');
  return reply.serializer(String).send(faultBody(fault));
}

function faultBody({ code, message, hint }: SoftOtaError): string {
  return JSON.stringify({ code, message: `${message} ${hint}` });
}

const SLOW = 'ERR_HTTP_REQUEST_TIMEOUT';
const SILENCE_MS = 25_000;

/** Faults below HTTP, by Node's code. */
const SOCKET_FAULTS: Readonly<Record<string, readonly [code: ErrorCode, message: string]>> = {
  HPE_HEADER_OVERFLOW: ['request_large', 'The request line and headers are too large.'],
  [SLOW]: ['request_slow', 'The request took too long to arrive.'],
};

const LINGER_MS = 1000;

/** Answers what is no HTTP at all, what is too large and what is too slow, and closes the connection. */
export function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  // Who has said nothing yet costs less open than closed, since it would come again; and thousands never go at the same time.
  if (error.code === SLOW && socket.bytesRead === 0) {
    socket.setTimeout(SILENCE_MS * (1 + Math.random()));
    return;
  }
  const [code, message] = SOCKET_FAULTS[error.code ?? ''] ?? ['request_invalid', 'This is not HTTP/1.1.'];
  const fault = new SoftOtaError(code, message);
  const body = faultBody(fault);
  const head = [
    `HTTP/1.1 ${fault.status} ${STATUS_CODES[fault.status]}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  // Who does not close the connection either has got the answer by then, or does not want it.
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
