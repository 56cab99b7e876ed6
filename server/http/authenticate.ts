/** Whose request is it? The MAC of an enrolled device, before anything else is done (docs/protocol.md §5). */
import type { FastifyRequest } from 'fastify';
import { type ErrorCode, SoftOtaError } from '../errors.js';
import type { Fleet } from '../fleet/fleet.js';
import type { FreshKeys } from '../fleet/fresh-keys.js';
import { isProven } from '../signing/request-mac.js';
import type { Credentials } from './fields.js';

export interface AuthenticateDeps {
  readonly fleet: Fleet;
  /** The enrolled devices' keys, once the server has its enrolment master; without them nothing can be proven. */
  readonly freshKeys: () => FreshKeys | undefined;
  /** Heads, blobs and root files are for enrolled devices alone. */
  readonly enrolledOnly?: boolean;
}

/** True for an enrolled device. @throws SoftOtaError report_invalid; with `enrolledOnly` not_enrolled and not_ready, too */
export function authenticate(
  request: FastifyRequest,
  credentials: Credentials,
  deps: AuthenticateDeps,
): boolean {
  const keys = deps.freshKeys();
  const code = findFault(request, credentials, keys, deps.enrolledOnly === true);
  if (code === undefined) return credentials.mac !== undefined && keys !== undefined;
  if (code !== 'not_ready') deps.fleet.rejected(request.raw.socket, credentials.id, code);
  throw new SoftOtaError(code, MESSAGES[code]);
}

type Fault = 'report_invalid' | 'not_enrolled' | 'not_ready';

const MESSAGES = {
  report_invalid: 'The MAC of this request is wrong.',
  not_enrolled: 'This request has no MAC.',
  not_ready: 'There is no release yet.',
} as const satisfies Partial<Record<ErrorCode, string>>;

function findFault(
  { raw }: FastifyRequest,
  { id = '', mac }: Credentials,
  keys: FreshKeys | undefined,
  enrolledOnly: boolean,
): Fault | undefined {
  if (keys === undefined) return enrolledOnly ? 'not_ready' : undefined;
  if (mac === undefined) return enrolledOnly ? 'not_enrolled' : undefined;
  return id !== '' && isProven(keys.of(id), raw.url ?? '') ? undefined : 'report_invalid';
}
