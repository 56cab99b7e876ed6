/** GET /blobs/<hash>: manifests and files by their own hash (docs/protocol.md §1). */
import { type Static, Type } from '@sinclair/typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { SoftOtaError } from '../../errors.js';
import { blobSize, type LargeBlob } from '../../release/release.js';
import type { Releases } from '../../release/releases.js';
import { openBlobStream } from '../../release/stream-blob.js';
import type { App } from '../app-type.js';
import { type AuthenticateDeps, authenticate } from '../authenticate.js';
import { Credentials, fieldsOf, LENIENT } from '../fields.js';
import { asBytes } from '../minimal-response.js';

export interface BlobDeps extends AuthenticateDeps {
  readonly releases: Releases;
  readonly log: Logger;
}

const Params = Type.Object({ hash: Type.String({ pattern: '^[0-9a-f]{64}$' }) });
/** A blob never changes. */
const IMMUTABLE = 'max-age=31536000,immutable';

type BlobRequest = FastifyRequest<{ Params: Static<typeof Params>; Querystring: Credentials }>;

export function blobRoute(app: App, deps: BlobDeps): void {
  const schema = { params: Params, querystring: Credentials };
  app.get('/blobs/:hash', { schema, ...LENIENT }, (request, reply) => answer(request, reply, deps));
}

function answer(
  request: BlobRequest,
  reply: FastifyReply,
  deps: BlobDeps,
): FastifyReply | Promise<FastifyReply> {
  const { releases, fleet, log } = deps;
  const credentials = fieldsOf(request, Credentials.properties, fleet);
  const { hash } = request.params;
  const isProven = authenticate(request, credentials, deps);
  const blob = releases.blob(hash);
  if (blob === undefined) throw new SoftOtaError('blob_unknown', `There is no blob ${hash}.`);
  const size = blobSize(blob);
  fleet.sending(request, reply.raw, isProven ? credentials.id : undefined, hash, size);
  return Buffer.isBuffer(blob) ? asBytes(reply, IMMUTABLE).send(blob) : sendLarge(blob, hash, reply, log);
}

async function sendLarge(
  blob: LargeBlob,
  hash: string,
  reply: FastifyReply,
  log: Logger,
): Promise<FastifyReply> {
  const note = (error: unknown) => log.error({ code: codeOf(error), hash }, 'blob not sent');
  const stream = await openBlobStream(blob, hash).catch((cause: unknown) => {
    note(cause);
    throw new SoftOtaError('blob_unknown', `Blob ${hash} is not as it was published.`, { cause });
  });
  // After the first byte there is no other answer than the end of the connection.
  stream.once('error', note);
  return asBytes(reply, IMMUTABLE).header('content-length', blob.size).send(stream);
}

function codeOf(error: unknown): string {
  return error instanceof SoftOtaError ? error.code : 'internal';
}
