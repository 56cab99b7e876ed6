/** How many files a process may open: what the shell that starts it allows. */
import { execFileSync } from 'node:child_process';

export function openFiles(): number {
  const text = execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).trim();
  return text === 'unlimited' ? Number.POSITIVE_INFINITY : Number(text);
}
