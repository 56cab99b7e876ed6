/** A plug with everything on, and visitors who do anything: pages, forms that are right, forms that are wrong, orders by MQTT. */
import type { Broker } from './broker.js';
import { type Heap, heap } from './heap.js';
import { FEED, MAIN } from './mqtt-table.js';
import type { Plug } from './plug-fixture.js';

export const PAGES = [
  '/',
  '/timers',
  '/settings',
  '/wifi',
  '/mqtt',
  '/internals',
  '/state',
  '/app.css',
  '/app.js',
];
const TIMERS = '06:00 - 08:30 Mo Tu We Th Fr\n17:00 - 23:10\n22:00 - 06:00 Fr Sa';

/** Everything on, for an s20 with a broker at that port. */
export function everything(port: number): Record<string, object> {
  return {
    mqtt: { host: '127.0.0.1', port, main: MAIN, feed: FEED, ha: true },
    timers: {
      active: true,
      rows: [
        [360, 510, 31],
        [1020, 1390, 127],
        [1320, 360, 48],
      ],
    },
    plug: { tz: 'CET-1CEST,M3.5.0,M10.5.0/3', zone: 'Europe/Berlin' },
  };
}

type Random = (below: number) => number;
type Round = (plug: Plug, random: Random) => Promise<unknown>;

const ROUNDS: readonly Round[] = [
  (plug, random) => read(plug, PAGES[random(PAGES.length)] ?? '/'),
  (plug, random) => read(plug, PAGES[random(PAGES.length)] ?? '/'),
  (plug, random) => read(plug, `/${'x'.repeat(random(40))}?a=${random(1000)}`),
  (plug, random) => send(plug, ['/on', '/off', '/toggle'][random(3)] ?? '/on'),
  (plug, random) => send(plug, '/timers', { active: '1', a: '0', timers: times(random) }),
  (plug, random) => send(plug, '/timers', { timers: `${random(40)}:75 - ${'7'.repeat(random(30))}` }),
  (plug, random) => send(plug, '/settings', settings(random(2) === 0 ? 'bad name!' : 'lamp', random(4))),
  (plug, random) =>
    send(plug, '/mqtt', { host: '', port: String(random(99_999) + 65_536), main: 'x'.repeat(random(64)) }),
  (plug, random) => send(plug, '/wifi', { essid: '', password: 'y'.repeat(random(64)) }),
  (plug, random) => send(plug, `/${random(99)}`, { a: 'ü'.repeat(random(100)) }),
];

const FAILURES = new WeakMap<Plug, string[]>();

/** The visits that failed until now. */
export function failures(plug: Plug): string[] {
  const known = FAILURES.get(plug) ?? [];
  FAILURES.set(plug, known);
  return known;
}

/** What is said to a broker, or told to the parts, needs code that is gone a moment later. */
const LOOKS = 5;
const LOOK_MS = 150;

/** The heap at rest: it stays as it is, or this is the look with the most room. What is kept is there in all of them. */
export async function rested(plug: Plug): Promise<Heap> {
  let best = await heap(plug);
  for (let looks = 1; looks < LOOKS; looks++) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const next = await heap(plug);
    if (next.used === best.used) break;
    if (next.largest > best.largest) best = next;
  }
  return best;
}

/** So many rounds, the same for the same seed. `watch` sees the heap after each tenth. */
export async function randomVisits(
  plug: Plug,
  count: number,
  watch: (heap: Heap) => void,
  seed = 20_261_121,
): Promise<void> {
  const random = seeded(seed);
  for (let i = 1; i <= count; i++) {
    await ROUNDS[random(ROUNDS.length)]?.(plug, random);
    if (i % 10 === 0) watch(await rested(plug));
  }
}

/** The same state every time, each page and form seen once: what is compared before and after. */
export async function untilSettled(plug: Plug): Promise<Heap> {
  for (const page of PAGES) await read(plug, page);
  await send(plug, '/settings', settings('lamp', 0));
  await send(plug, '/mqtt', { host: '', port: '0' });
  await send(plug, '/wifi', { essid: '', password: 'x' });
  await send(plug, '/timers', { timers: '25:00' });
  await send(plug, '/timers', { active: '1', a: '0,1,2,3,4,5,6', timers: TIMERS });
  await send(plug, '/on');
  await send(plug, '/off');
  await new Promise((resolve) => setTimeout(resolve, 1500));
  return rested(plug);
}

export async function connected(plug: Plug, broker: Broker): Promise<void> {
  await plug.until(() => broker.log.includes(`homeassistant/update/`), 'the broker');
}

async function read(plug: Plug, path: string): Promise<void> {
  await answered(plug, path, plug.get(path));
}

/** A visit that gets no answer, or an excuse, is written down. */
async function answered(plug: Plug, path: string, visit: Promise<Response>): Promise<void> {
  try {
    const answer = await visit;
    await answer.arrayBuffer();
    if (answer.status >= 500) failures(plug).push(`${path}: ${answer.status}`);
  } catch (error) {
    failures(plug).push(`${path}: ${error}`);
  }
}

async function send(plug: Plug, path: string, form: Readonly<Record<string, string>> = {}): Promise<void> {
  await answered(plug, path, plug.post(path, form));
}

function settings(called: string, level: number): Record<string, string> {
  return {
    called,
    level: String(level),
    hour: '',
    tz: 'CET-1CEST,M3.5.0,M10.5.0/3',
    zone: 'Europe/Berlin',
    ntp: '',
  };
}

function times(random: Random): string {
  const lines = Array.from({ length: random(8) }, () => {
    const [start, end] = [random(1440), random(1440)].map(clock);
    return `${start} - ${end}`;
  });
  return lines.join('\n');
}

function clock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

/** The same numbers each time (a linear congruence). */
function seeded(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
