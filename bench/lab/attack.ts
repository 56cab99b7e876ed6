/** The attack of load/siege.ts: begun, and ended with what it has to tell. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { SiegeJob, SiegeReport } from '../load/siege.js';
import { endWithUs, stop } from './child.js';
import type { Cleanup } from './cleanup.js';
import { compiled } from './paths.js';

export interface Attack {
  end(): Promise<SiegeReport>;
}

/** Resolves once all connections of the attack are open. */
export async function besiege(job: SiegeJob, cleanup: Pick<Cleanup, 'add'>): Promise<Attack> {
  const child = fork(compiled('bench/load/siege.js'));
  endWithUs(child);
  cleanup.add(() => stop(child));
  child.send(job);
  await once(child, 'message');
  return {
    end: async () => {
      const last = once(child, 'message');
      child.kill('SIGTERM');
      const [report] = await last;
      return report as SiegeReport;
    },
  };
}
