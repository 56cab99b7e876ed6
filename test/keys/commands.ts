/** The commands about trust, run in this process as if they were typed: a process of its own for each would take minutes. */

import { changeTrust, revoke } from '../../server/cli/change-trust.js';
import { parseFlags } from '../../server/cli/flags.js';
import { errorText } from '../../server/cli/run-command.js';
import { SIGN_OFFLINE, signAndReport } from '../../server/cli/sign-offline-command.js';
import { REVOKE, ROTATE } from '../../server/cli/trust-commands.js';

export type Name = 'rotate' | 'revoke' | 'sign-offline';

const COMMANDS: Readonly<Record<Name, (argv: readonly string[]) => Promise<string>>> = {
  rotate: async (argv) => changeTrust(parseFlags(ROTATE.flags, argv)),
  revoke: async (argv) => revoke(parseFlags(REVOKE.flags, argv)),
  'sign-offline': async (argv) => signAndReport(parseFlags(SIGN_OFFLINE.flags, argv)),
};

export interface Outcome {
  readonly status: 0 | 1;
  readonly said: string;
  /** `error <code>` */
  readonly error: string | undefined;
  readonly stderr: string;
}

/** Runs a command in a folder. */
export async function runIn(dir: string, name: Name, ...argv: string[]): Promise<Outcome> {
  process.chdir(dir);
  try {
    return { status: 0, said: await COMMANDS[name](argv), error: undefined, stderr: '' };
  } catch (error) {
    const stderr = errorText(error);
    return { status: 1, said: '', error: stderr.split(':')[0], stderr };
  }
}
