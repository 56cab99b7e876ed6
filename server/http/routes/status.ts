/** GET /status.json: what the console shows. Nothing in it is secret. */
import { Type } from '@sinclair/typebox';
import { isOn, stateOf } from '../../fleet/device-state.js';
import type { Fleet } from '../../fleet/fleet.js';
import type { Device } from '../../fleet/registry.js';
import type { BuildState } from '../../release/build-state.js';
import type { Release, ServedHead } from '../../release/release.js';
import type { Releases } from '../../release/releases.js';
import type { App } from '../app-type.js';
import { isOperator } from '../operator-access.js';

export interface StatusDeps {
  readonly releases: Releases;
  readonly fleet: Fleet;
  readonly build: BuildState;
  readonly consoleOpen?: boolean;
}

const SHOWN_DEVICES = 200;
const SHOWN_FAILURES = 20;
const text = Type.Optional(Type.Unsafe<string | undefined>(Type.String()));

const ShownDevice = Type.Object({
  id: Type.String(),
  board: text,
  fw: text,
  have: Type.Optional(Type.Unsafe<number | undefined>(Type.Integer())),
  address: Type.String(),
  seen: Type.Integer(),
  state: Type.String(),
  message: text,
  /** Its name is proven; else it may be anybody. */
  proven: Type.Boolean(),
  mode: text,
  bad: Type.Optional(Type.Unsafe<number | undefined>(Type.Integer())),
  error: text,
  /** The code of its last refusal. */
  said: text,
  /** Files that were fetched in its last visit, and how many it has to fetch, where the server knows that. */
  sent: Type.Integer(),
  of: Type.Optional(Type.Unsafe<number | undefined>(Type.Integer())),
});

const SignedSet = Type.Object({
  abi: Type.Integer(),
  boards: Type.Array(Type.String()),
  python: Type.String(),
  bytes: Type.Integer(),
  files: Type.Array(Type.Object({ path: Type.String(), size: Type.Integer() })),
});

const Status = Type.Object({
  build: Type.Object({
    state: Type.String(),
    at: Type.Integer(),
    code: text,
    message: text,
    polling: Type.Optional(Type.Unsafe<boolean | undefined>(Type.Boolean())),
  }),
  release: Type.Optional(
    Type.Object({
      number: Type.Integer(),
      key: Type.String(),
      created: Type.Integer(),
      sets: Type.Array(SignedSet),
      /** Held back from all who do not have it. */
      halted: Type.Boolean(),
      /** Devices, all proven. */
      failed: Type.Integer(),
      confirmed: Type.Integer(),
      failures: Type.Array(Type.Object({ device: Type.String(), error: Type.String() })),
    }),
  ),
  /** Whether who asks may resume a halted release. */
  operator: Type.Boolean(),
  uptime: Type.Integer(),
  connected: Type.Integer(),
  /** Devices that run the release that is served now, as far as they have said since the start. */
  current: Type.Integer(),
  seen: Type.Integer(),
  devices: Type.Array(ShownDevice),
});

export function statusRoute(app: App, { releases, fleet, build, consoleOpen = false }: StatusDeps): void {
  app.get('/status.json', { schema: { response: { 200: Status } } }, (request, reply) => {
    reply.header('cache-control', 'no-store');
    return {
      build: build.now,
      ...(releases.current === undefined ? {} : { release: describe(releases.current, fleet) }),
      operator: isOperator(request, consoleOpen),
      uptime: Math.floor(process.uptime()),
      connected: fleet.connected,
      current: fleet.registry.count(({ session }) => isOn(session, releases.current)),
      seen: fleet.registry.size,
      devices: fleet.registry.latest(SHOWN_DEVICES).map((device) => describeDevice(device, releases.current)),
    };
  });
}

function describeDevice({ session, ...device }: Device, release: Release | undefined) {
  const { seen, progress } = session;
  const { sent, of } = progress;
  return { ...device, ...stateOf(session, release), seen, sent, of, proven: device.proof !== undefined };
}

function describe(release: Release, { reports }: Fleet) {
  const { number, keyIds, heads } = release;
  const sets = [...heads.values()];
  const created = Math.max(...sets.map(({ head }) => head.created));
  reports.startFor(release);
  const { halted, failed, confirmed } = reports.health;
  return {
    number,
    key: keyIds.join(','),
    created,
    sets: sets.map(describeSet),
    halted,
    failed: failed.length,
    confirmed,
    failures: failed.slice(-SHOWN_FAILURES).map(({ device, error }) => ({ device, error })),
  };
}

function describeSet({ head, entries }: ServedHead) {
  const { abi, boards, python, set } = head;
  return {
    abi,
    boards: [...boards],
    python,
    bytes: set.bytes,
    files: entries.map(({ path, size }) => ({ path, size })),
  };
}
