/** GET /root/<version>: how trust changed (docs/protocol.md §10). */
import { type Static, Type } from '@sinclair/typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SoftOtaError } from '../../errors.js';
import { ROOT } from '../../fleet/update-session.js';
import type { Releases } from '../../release/releases.js';
import type { App } from '../app-type.js';
import { type AuthenticateDeps, authenticate } from '../authenticate.js';
import { Credentials, fieldsOf, LENIENT } from '../fields.js';
import { asBytes } from '../minimal-response.js';

export interface RootDeps extends AuthenticateDeps {
  readonly releases: Releases;
}

const Params = Type.Object({ version: Type.String({ pattern: '^[1-9][0-9]{0,9}$' }) });
/** A root file never changes. */
const IMMUTABLE = 'max-age=31536000,immutable';

type RootRequest = FastifyRequest<{ Params: Static<typeof Params>; Querystring: Credentials }>;

export function rootRoute(app: App, deps: RootDeps): void {
  const schema = { params: Params, querystring: Credentials };
  app.get('/root/:version', { schema, ...LENIENT }, (request: RootRequest, reply: FastifyReply) => {
    const credentials = fieldsOf(request, Credentials.properties, deps.fleet);
    const { version } = request.params;
    const isProven = authenticate(request, credentials, deps);
    const bytes = deps.releases.current?.roots.get(Number(version));
    // The one that is not there ends the chain: it is part of the visit, too.
    deps.fleet.sending(request, reply.raw, isProven ? credentials.id : undefined, ROOT, bytes?.length ?? 0);
    if (bytes === undefined) throw new SoftOtaError('not_found', `There is no root file ${version}.`);
    return asBytes(reply, IMMUTABLE).send(bytes);
  });
}
