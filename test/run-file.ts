/** Test files in a process of their own: what they say, how they end, how long they take. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Counts {
  readonly pass: number;
  readonly fail: number;
  readonly skip: number;
}

export interface Result extends Counts {
  readonly files: readonly string[];
  /** Their output, which is TAP. */
  readonly said: string;
  readonly seconds: number;
}

const ONE_BY_ONE = fileURLToPath(new URL('./one-by-one.js', import.meta.url));
/** tap ends a file itself, and tells which test it was; when it cannot, the file is ended under it so much later. */
const GRACE_MS = 5000;

/** tap's own last words: `# { total: 9, pass: 7, fail: 1, skip: 1 }`; a count of zero is left out. Without them, or with another end than 0, something failed. */
export function countsOf(said: string, code: number | null): Counts {
  const summary = said.match(/^# \{ (.*) \}$/gm)?.at(-1) ?? '';
  const count = (name: string): number => Number(new RegExp(`${name}: (\\d+)`).exec(summary)?.[1] ?? 0);
  const skip = count('skip') + count('todo');
  const broken = code !== 0 || summary === '';
  return { pass: count('pass'), fail: Math.max(count('fail'), Number(broken)), skip };
}

/** @param limit seconds that they may take */
export async function runFiles(files: readonly string[], limit: number): Promise<Result> {
  const began = performance.now();
  const env = { ...process.env, TAP_TIMEOUT: String(limit) };
  const child = spawn(process.execPath, [ONE_BY_ONE, ...files], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const end = setTimeout(() => child.kill('SIGKILL'), limit * 1000 + GRACE_MS);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(end);
  const seconds = (performance.now() - began) / 1000;
  return { files, said, seconds, ...countsOf(said, code) };
}
