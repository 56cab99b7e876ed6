/** One real MicroPython VM with the plug's pure modules in it; answers scripts one after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { startVm } from '../../simulator/worker/micropython.js';

export interface RulesJob {
  readonly loader: string;
  readonly module: WebAssembly.Module;
  readonly files: readonly (readonly [path: string, bytes: Uint8Array])[];
}

const job = workerData as RulesJob;
let lines: string[] = [];
const vm = await startVm({
  loader: job.loader,
  module: job.module,
  heapsize: 4 << 20,
  pystack: 2048,
  line: (line) => lines.push(line),
  fsync: () => undefined,
});
vm.FS.mkdir('/plug');
for (const [path, bytes] of job.files) vm.FS.writeFile(path, bytes);
vm.runPython("import sys\nsys.path.insert(0, '/')");

parentPort?.on('message', ([script, cases]: [string, string]) => {
  lines = [];
  vm.FS.writeFile('/cases.json', cases);
  try {
    vm.runPython(script);
  } catch (error) {
    lines.push(String(error));
  }
  parentPort?.postMessage(lines);
});
