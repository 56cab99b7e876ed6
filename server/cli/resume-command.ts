/** `npm run resume`: asks a running server to let a halted release go on. */
import { SoftOtaError } from '../errors.js';
import { COMMON, type Command } from './flags.js';

const flags = {
  server: {
    kind: 'text',
    value: 'URL',
    default: `http://127.0.0.1:${COMMON.port.default}`,
    help: 'a server on this computer, or one that was started with --console-open',
  },
} as const;

export const RESUME: Command<typeof flags> = {
  name: 'resume',
  summary: 'Resumes a release that the server has halted because too many boards rolled it back.',
  flags,
  notes: 'Boards that rolled it back do not get it again. If others roll it back too, it is halted again.',
};

const TIMEOUT_MS = 10_000;

/** @returns what to tell the operator. @throws SoftOtaError config_invalid, resume_refused or server_unreachable */
export async function resume(server: string): Promise<string> {
  const url = addressOf(server);
  const response = await fetch(url, { method: 'POST', signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(
    (cause: unknown) => {
      throw new SoftOtaError('server_unreachable', `${server} does not answer.`, { cause });
    },
  );
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.status === 403) throw new SoftOtaError('resume_refused', `${server} refuses.`);
  if (!response.ok || !isAnswer(answer)) {
    throw new SoftOtaError('server_unreachable', `${server} answers ${response.status}${reasonIn(answer)}.`);
  }
  const { release, resumed } = answer;
  return resumed
    ? `Release ${release} is offered again.\n`
    : `Release ${release} is not held back: nothing to do.\n`;
}

function addressOf(server: string): URL {
  try {
    return new URL(`${server.replace(/\/+$/, '')}/resume`);
  } catch {
    throw new SoftOtaError('config_invalid', `--server needs an address like http://…, not "${server}".`);
  }
}

function isAnswer(value: unknown): value is { release: number; resumed: boolean } {
  return typeof value === 'object' && value !== null && 'release' in value && 'resumed' in value;
}

function reasonIn(value: unknown): string {
  const isFault = typeof value === 'object' && value !== null && 'message' in value;
  return isFault ? `: ${String(value.message).replace(/\.$/, '')}` : '';
}
