/** GET /<abi>/head: the question that every device asks (docs/protocol.md §4). */
import { type Static, Type } from '@sinclair/typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { inSourceNames } from '../../build/minify/last-words.js';
import type { NameMap } from '../../build/minify/names.js';
import type { CheckIn, Proof } from '../../fleet/check-in.js';
import type { FreshKeys } from '../../fleet/fresh-keys.js';
import { sanitize } from '../../fleet/sanitize.js';
import type { BuildState } from '../../release/build-state.js';
import type { ServedHead } from '../../release/release.js';
import { freshMac } from '../../signing/fresh.js';
import type { App } from '../app-type.js';
import { type AuthenticateDeps, authenticate } from '../authenticate.js';
import { fieldsOf, keyIds, LENIENT, nonce, whole, word, words } from '../fields.js';
import { sendMinimal } from '../minimal-response.js';

const Params = Type.Object({ abi: Type.String({ pattern: '^[1-9][0-9]{0,2}$' }) });

const Query = Type.Object({
  id: Type.Optional(word),
  have: Type.Optional(whole),
  key: Type.Optional(keyIds),
  board: Type.Optional(word),
  mpy: Type.Optional(whole),
  fw: Type.Optional(word),
  tree: Type.Optional(word),
  nonce: Type.Optional(nonce),
  bad: Type.Optional(whole),
  error: Type.Optional(words),
  state: Type.Optional(word),
  said: Type.Optional(word),
  mac: Type.Optional(word),
});
type Query = Static<typeof Query>;

/** Of bare routes that are measured against this one. */
export const headSchema = { params: Params, querystring: Query };

type HeadRequest = FastifyRequest<{ Params: Static<typeof Params>; Querystring: Query }>;

export interface HeadDeps extends AuthenticateDeps {
  readonly build: Pick<BuildState, 'names'>;
}

export function headRoute(app: App, deps: HeadDeps): void {
  app.get('/:abi/head', { schema: headSchema, ...LENIENT }, (request, reply) => answer(request, reply, deps));
}

function answer(request: HeadRequest, reply: FastifyReply, deps: HeadDeps): void {
  const { fleet, build } = deps;
  const query = fieldsOf(request, Query.properties, fleet);
  const isEnrolled = authenticate(request, query, deps);
  const proof = isEnrolled ? fleet.proofBy(query.id ?? '', query.nonce) : undefined;
  const checkIn = helloOf(query, proof, build.names);
  const abi = Number(request.params.abi);
  const verdict = fleet.decide(abi, checkIn);
  fleet.asked(request, reply.raw, abi, checkIn, verdict);
  if (verdict.kind === 'refused') throw verdict.error;
  sendMinimal(reply, verdict.head.text, 'no-store', freshness(query, verdict.head, deps.freshKeys()));
}

/** Always all fields, in one order: adding some by need took as long as the MACs, since V8 made another shape each time. */
function helloOf(query: Query, proof: Proof | undefined, names: NameMap): CheckIn {
  const { id, have, key, board, fw, tree, bad, error, state, said } = query;
  return {
    id: given(id),
    have: have === undefined ? undefined : Number(have),
    keys: given(key)?.split(',') ?? [],
    board: given(board),
    fw: given(fw),
    tree: given(tree),
    bad: bad === undefined ? undefined : Number(bad),
    error: error === undefined ? undefined : inSourceNames(sanitize(error), names),
    said: given(said),
    mode: state === 'trial' || state === 'safe' ? state : undefined,
    proof,
  };
}

/** A field that is empty says as much as one that is missing. */
function given(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

/** The header that proves freshness (docs/protocol.md §5). Nothing is stored for a device: its key follows from its name. */
function freshness(
  { id = '', nonce }: Query,
  head: ServedHead,
  keys: FreshKeys | undefined,
): readonly string[] {
  if (id === '' || nonce === undefined || keys === undefined) return [];
  const time = Math.floor(Date.now() / 1000);
  return ['soft-ota-fresh', `${time} ${freshMac(keys.of(id), nonce, time, head.hash)}`];
}
