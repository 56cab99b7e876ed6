/** A plug with MQTT on, ready to be tried. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Test } from 'tap';
import type { Broker } from './broker.js';
import { Plug, type PlugOptions } from './plug-fixture.js';

export const MAIN = 'home/plug';
export const FEED = 'home/feed';

/** Switched on; it may not have met its broker yet. */
export function plugAt(
  t: Test,
  port: number,
  mqtt: object = {},
  { settings = {}, ...more }: PlugOptions = {},
): Promise<Plug> {
  const own = { host: '127.0.0.1', main: MAIN, feed: FEED, port, ...mqtt };
  return Plug.up(t, { ...more, settings: { ...settings, mqtt: own } });
}

/** How often the broker has let the plug in and heard its subscriptions. */
export function visits(broker: Broker): number {
  return broker.log.split('Received SUBSCRIBE from esp8266').length - 1;
}

/** What the plug's page says about it; '' when all is well. */
export async function error(plug: Plug): Promise<string> {
  return String(await plug.ask("getattr(house.parts.get('mqtt'), 'error', '')"));
}

/** Saves settings as a form does. */
export async function save(plug: Plug, values: Readonly<Record<string, string | boolean>>): Promise<void> {
  const literal = JSON.stringify(values).replaceAll('true', 'True').replaceAll('false', 'False');
  await plug.ask(`__import__('plug.settings', None, None, ['save']).save('mqtt', ${literal})`);
  await plug.ask("house.changed('mqtt')");
  await plug.get('/'); // a form comes over the network, which wakes the loop
}

/** Moves a driven clock, a second at a time, until `fits` holds: what comes over the network needs its moment too. */
export async function pass(plug: Plug, fits: () => boolean, what: string, seconds = 60): Promise<void> {
  for (let i = 0; i < seconds && !fits(); i++) {
    await plug.advance(1000);
    await sleep(10);
  }
  if (!fits()) throw new Error(`${what} did not come:\n${plug.lines().slice(-20).join('\n')}`);
}
