import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { type VmVersion, vm } from '../../simulator/vm.js';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export interface RawJob {
  readonly loader: string;
  readonly heap: number;
  readonly files: readonly (readonly [path: string, bytes: Uint8Array])[];
  readonly script: string;
}

/** The files of a folder, laid into the VM under `to`. */
export function folder(from: string, to: string): [string, Buffer][] {
  const names = readdirSync(join(ROOT, from), { recursive: true, withFileTypes: true });
  return names
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [to + path.slice(join(ROOT, from).length), readFileSync(path)]);
}

/** Runs a script in a VM of this version; gives the JSON behind its line `result …`. */
export async function runInVm(version: VmVersion, files: RawJob['files'], script: string): Promise<unknown> {
  const { loader } = await vm(version);
  const workerData: RawJob = { loader, heap: 4 << 20, files, script };
  const worker = new Worker(new URL('./raw-vm.worker.js', import.meta.url), { workerData });
  const lines = await new Promise<string[]>((resolve, reject) =>
    worker.once('message', resolve).once('error', reject),
  );
  await worker.terminate();
  const result = lines.find((line) => line.startsWith('result '));
  if (result === undefined) throw new Error(`no result: ${lines.join('\n')}`);
  return JSON.parse(result.slice('result '.length));
}
