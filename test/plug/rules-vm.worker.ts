/** One real MicroPython VM with the plug's pure modules in it; answers scripts one after the other. */
import { parentPort, workerData } from 'node:worker_threads';

interface Vm {
  FS: { mkdirTree(path: string): void; writeFile(path: string, data: Uint8Array | string): void };
  runPython(code: string): unknown;
}

export interface RulesJob {
  readonly loader: string;
  readonly files: readonly (readonly [path: string, bytes: Uint8Array])[];
}

const job = workerData as RulesJob;
const { loadMicroPython } = (await import(job.loader)) as { loadMicroPython(options: object): Promise<Vm> };
let lines: string[] = [];
const vm = await loadMicroPython({
  heapsize: 4 << 20,
  linebuffer: true,
  stdout: (line: string) => lines.push(line),
});
vm.FS.mkdirTree('/plug');
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
