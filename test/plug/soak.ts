/** The soak: days of a home happen to a plug. Everything that happens is compared; the heap is looked at. */
import type { Test } from 'tap';
import { Broker } from './broker.js';
import { MqttClient } from './mqtt-client.js';
import { type Deed, type SoakEvent, someDays } from './soak-days.js';
import { ASIDE, SoakRun } from './soak-run.js';
import { isoOf } from './wall-clock.js';

const MINUTE = 60_000;
/** ms after which everything has settled that an outage has stirred. */
const CALM = 10 * MINUTE;

class Soak {
  client: MqttClient | undefined;
  stirred = 0;
  /** Bytes of heap in use, each time it was looked at, boot by boot. */
  readonly heap: number[][] = [[]];
  readonly counts: Record<string, number> = {};

  constructor(
    readonly t: Test,
    readonly life: SoakRun,
    readonly broker: Broker,
  ) {}

  get brokerUp(): boolean {
    return this.client !== undefined;
  }

  async happen({ deed }: SoakEvent): Promise<void> {
    this.counts[deed.kind] = (this.counts[deed.kind] ?? 0) + 1;
    await this.do(deed);
    if (
      deed.kind.endsWith('away') ||
      deed.kind.endsWith('back') ||
      deed.kind === 'restart' ||
      deed.kind === 'power cut'
    )
      this.stirred = this.life.now;
  }

  async do(deed: Deed): Promise<void> {
    switch (deed.kind) {
      case 'press':
        return this.press();
      case 'page':
        return this.page(deed.on);
      case 'order':
        return this.order();
      case 'restart':
        return this.restart();
      case 'router away':
      case 'router back':
        return this.life.setRouter(deed.kind === 'router back');
      case 'broker away':
        this.client = undefined;
        return this.broker.stop();
      case 'broker back':
        return this.brokerBack();
      case 'power cut':
        this.heap.push([]);
        return this.life.powerCut(deed.minutes, deed.setting);
      case 'look':
        return this.look();
    }
  }

  async press(): Promise<void> {
    const { life } = this;
    const on = !life.relay;
    life.plug.press();
    life.model.choose(life.minute, on); // it acts when the button is released, 80 ms from now
    await life.until(life.now + 200, 1);
  }

  /** The button held for more than two seconds. */
  async restart(): Promise<void> {
    const { life } = this;
    life.plug.press(2500);
    life.model.restart(life.minute);
    this.heap.push([]);
    await life.until(life.now + 20_000);
  }

  async page(on: boolean): Promise<void> {
    const { life } = this;
    if (!life.router || life.now - this.stirred < CALM) return;
    const { status } = await life.plug.post(on ? '/on' : '/off');
    if (status !== 303) throw new Error(`${status} from the page`);
    life.chosen(on);
  }

  /** It is the opposite of what is, so that it is seen to have come. */
  async order(): Promise<void> {
    const { life, client } = this;
    if (!life.router || client === undefined || life.now - this.stirred < CALM) return;
    const on = !life.relay;
    client.say('home/plug/set', on ? 'on' : 'off', { qos: 1 });
    await life.plug.until(() => life.plug.relay() === on, 'the order');
    life.chosen(on);
  }

  async brokerBack(): Promise<void> {
    if (this.brokerUp) return;
    await this.broker.start();
    this.client = await MqttClient.of(this.t, this.broker.port);
  }

  /** The heap as it is when nothing has happened for a while; then the page answers, and the broker knows the state. */
  async look(): Promise<void> {
    const { life, client } = this;
    if (!life.router || client === undefined || life.now - this.stirred < CALM) return;
    this.heap.at(-1)?.push(await life.heap());
    const page = await life.plug.get('/');
    await page.text();
    if (page.status !== 200) throw new Error(`${page.status} from the page`);
    const state = life.relay ? 'on' : 'off';
    await life.plug.until(() => client.last('home/plug') === state, `${state} at the broker`);
  }
}

/** By how many bytes the heap in use grew in the boot in which it grew most: the median of a boot's last looks against its first. */
function growth(boots: readonly (readonly number[])[]): number {
  const median = (looks: readonly number[]): number =>
    looks.toSorted((a, b) => a - b)[looks.length >> 1] ?? 0;
  const grown = boots
    .filter(({ length }) => length >= 6)
    .map((looks) => median(looks.slice(-looks.length / 3)) - median(looks.slice(0, looks.length / 3)));
  return Math.max(0, ...grown);
}

export interface Outcome {
  readonly minutes: number;
  readonly switched: number;
  readonly counts: Readonly<Record<string, number>>;
  /** Bytes by which the heap in use grew within a boot. */
  readonly growth: number;
  /** The most bytes of heap that were in use when all was quiet. */
  readonly used: number;
  /** How often a program wanted more memory than there is. */
  readonly short: number;
}

export async function soak(t: Test, seed: number, days: number): Promise<Outcome> {
  const plan = someDays(seed, days);
  t.comment(`seed ${seed}: ${days} days from ${isoOf(plan.from)} in ${plan.setting.zone.name}`);
  const broker = await Broker.make(t);
  await broker.start();
  const life = await SoakRun.begin(t, plan, broker.port);
  const soak = new Soak(t, life, broker);
  soak.client = await MqttClient.of(t, broker.port);
  for (const happening of plan.happenings) {
    const time = (plan.from + happening.minute) * MINUTE;
    await life.until(time + ASIDE);
    await life.aside();
    await life.within(soak.happen(happening), 'its end').catch((error: unknown) => {
      throw life.failed(error, happening.deed.kind);
    });
  }
  const short = life.plug.board.events.filter(({ event, grew }) => event === 'heap' && grew === true).length;
  return {
    ...life.tally,
    counts: soak.counts,
    growth: growth(soak.heap),
    used: Math.max(...soak.heap.flat()),
    short,
  };
}
