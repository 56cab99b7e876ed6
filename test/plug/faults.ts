/** What keeps the loop of a plug busy, or waits for ever: button and switching points must not wait with it. On a driven clock. */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Test } from 'tap';
import { staticHost } from '../e2e/static-host.js';
import { FakeBroker } from './fake-broker.js';
import type { Plug, PlugOptions } from './plug-fixture.js';
import { open } from './raw-http.js';
import { TimeServer } from './sntp.js';

export interface Fault {
  readonly options: PlugOptions;
  begin(plug: Plug): Promise<unknown>;
  /** Python: true while it lasts. */
  readonly lasts: string;
  /** Until the plug has settled, and is fit for it. */
  readonly settled?: number;
  /** How time passes meanwhile. */
  pass(plug: Plug, ms: number): Promise<void>;
}

export type Names = keyof typeof FAULTS;

/** Two networks that are known: with one alone there would be no scan. None of them is in the air. */
const NETWORKS = [
  ['a', 'b'.repeat(8)],
  ['c', 'd'.repeat(8)],
] as const;
/** The time server of a plug that was told no other. */
const POOL = 'pool.ntp.org';
/** All the places that the page has. */
const CLIENTS = 4;
/** The radio is up, the page as well, and the first question to a time server is asked. */
const SETTLED_MS = 10_000;
/** Two look-ups of 19 s at the start, with what lies between: none is under way then. */
const LOOKED_UP_MS = 60_000;
/** Until the loop has seen that something is due. */
const SEEN_MS = 6000;
const STEP_MS = 250;
const ASK_TIME = 'setattr(house.clock, "due", house.later(0))';

const advance = (plug: Plug, ms: number): Promise<void> => plug.advance(ms);
const saying = (python: string) => (plug: Plug) => plug.ask(python);

/** Clients of which each sends a byte a second, and begins anew when it is thrown out: one after the other, so some are always there. */
async function slowClients(t: Test): Promise<Fault> {
  const clients: Socket[] = [];
  t.teardown(() => {
    for (const client of clients) client.destroy();
  });
  const drip = async (plug: Plug): Promise<void> => {
    for (const client of clients) client.write('G');
    const free = clients.findIndex(({ closed }) => closed);
    if (free < 0 && clients.length === CLIENTS) return;
    const client = open(plug.url).resume();
    clients[free < 0 ? clients.length : free] = client;
    await once(client, 'connect');
  };
  const pass = async (plug: Plug, ms: number): Promise<void> => {
    for (let at = 0; at < ms; at += 1000) {
      await drip(plug);
      await plug.advance(Math.min(1000, ms - at));
    }
  };
  const lasts = 'len(house.parts["web"].clients) > 0';
  return { options: {}, begin: drip, lasts, pass };
}

async function silentTime(t: Test): Promise<Fault> {
  const { port } = await TimeServer.start(t, { silent: true });
  const options = { hardware: { ports: { 123: port }, hosts: { [POOL]: '127.0.0.1' } } };
  // it has been asked already
  return { options, begin: async () => undefined, lasts: 'bool(house.clock.sock)', pass: advance };
}

/** It has let the plug in, and reads nothing any more. */
async function halfOpenBroker(t: Test): Promise<Fault> {
  const broker = await FakeBroker.up(t);
  const mqtt = { host: '127.0.0.1', port: broker.port, main: 'home/plug', feed: 'home/feed' };
  const begin = async (): Promise<void> => void broker.connections.at(-1)?.pause();
  return { options: { settings: { mqtt } }, begin, lasts: 'house.parts["mqtt"].up', pass: advance };
}

async function slowLookUp(): Promise<Fault> {
  const lasts = 'bool(house.clock.sock and not house.clock.address)';
  const options = { faults: { dnsDelay: 19_000 } };
  return { options, begin: saying(ASK_TIME), lasts, settled: LOOKED_UP_MS, pass: advance };
}

async function scan(): Promise<Fault> {
  const options = {
    settings: { wifi: { networks: NETWORKS, joined: true } },
    faults: { scanMs: 2500 },
    hardware: { air: [] },
  };
  const begin = '[setattr(house.parts["wifi"], "join", house.later(0)), house.parts["wifi"].queue.clear()]';
  // without Wi-Fi the loop turns twice a second, or is blocked
  return { options, begin: saying(begin), lasts: 'house.left(house.fed) < -600', pass: advance };
}

/** It takes the question and says nothing. */
async function silentUpdateServer(t: Test): Promise<Fault> {
  const host = await staticHost(t, '/nowhere');
  host.tamper = () => () => undefined;
  // without a key, for a question with one is not what takes long
  const begin =
    '[open("data/enrol", "w").close(), setattr(house, "night", True), house.due.update({"night": house.later(0)})]';
  const settings = { ota: { board: 's20', server: host.url, wait: 0 } };
  const lasts = '"ota.client" in __import__("sys").modules';
  return { options: { settings }, begin: saying(begin), lasts, pass: advance };
}

export const FAULTS = {
  'a client that sends a byte a second': slowClients,
  'a time server that never answers': silentTime,
  'a half-open broker': halfOpenBroker,
  'a look-up that blocks 19 s': slowLookUp,
  'a scan of 2.5 s': scan,
  'the nightly question to a server that does not answer': silentUpdateServer,
} as const satisfies Readonly<Record<string, (t: Test) => Promise<Fault>>>;

export const NAMES = Object.keys(FAULTS) as readonly Names[];

/** The plug's options for it, which stands still for a moment only when something has come. */
export function optionsOf({ options }: Fault, settings: object = {}): PlugOptions {
  const { hardware, ...more } = options;
  return {
    ...more,
    clock: 'driven',
    hardware: { quiet: 20, ...hardware },
    settings: { ...settings, ...more.settings },
  };
}

export const untilSettled = (plug: Plug, { settled = SETTLED_MS }: Fault): Promise<void> =>
  plug.advance(settled);

/** @returns the milliseconds until it was there */
export async function begin(plug: Plug, trouble: Fault): Promise<number> {
  await trouble.begin(plug);
  for (let ms = STEP_MS; ms <= SEEN_MS; ms += STEP_MS) {
    await trouble.pass(plug, STEP_MS);
    if ((await plug.ask(trouble.lasts)) === true) return ms;
  }
  throw new Error(`It does not begin:\n${plug.lines().join('\n')}`);
}
