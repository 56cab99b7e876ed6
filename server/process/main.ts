/** The process of the server: from its configuration to its graceful end. */

import { withCommandNames } from '../command-name.js';
import { bannerText } from './banner.js';
import type { StartConfig } from './config.js';
import { createLog } from './log.js';
import { serve } from './serve.js';

/** Serves until a signal comes. @throws SoftOtaError as `serve` */
export async function main(config: StartConfig): Promise<void> {
  const stop = untilSignal();
  const stopping = new AbortController();
  void stop.then(() => stopping.abort());
  const log = await createLog(config.log);
  const running = await serve(config, log, stopping.signal);
  if (config.log.pretty && !stopping.signal.aborted)
    process.stdout.write(withCommandNames(`${bannerText(bannerOf(running, config))}\n`));
  log.info({ signal: await stop }, 'stopping');
  await running.close();
}

function bannerOf({ urls, hints, releases }: Awaited<ReturnType<typeof serve>>, config: StartConfig) {
  const device = config.mirror === undefined ? config.device : undefined;
  return { urls, hints, release: releases.current, device };
}

/** The first signal ends the server gracefully; a second one finds no listener any more and ends it at once. */
function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}
