/** One real MicroPython VM without a board around it: for the device's pure code. */
import { parentPort, workerData } from 'node:worker_threads';
import type { RawJob } from './raw-vm.js';

interface Vm {
  FS: { mkdirTree(path: string): void; writeFile(path: string, data: Uint8Array): void };
  runPython(code: string): unknown;
}

const job = workerData as RawJob;
const { loadMicroPython } = (await import(job.loader)) as {
  loadMicroPython(options: object): Promise<Vm>;
};
const lines: string[] = [];
const vm = await loadMicroPython({
  heapsize: job.heap,
  linebuffer: true,
  stdout: (line: string) => lines.push(line),
});
for (const [path, bytes] of job.files) {
  vm.FS.mkdirTree(path.slice(0, path.lastIndexOf('/')) || '/');
  vm.FS.writeFile(path, bytes);
}
// This build freezes Python versions of these modules; a board has the ones in C.
vm.runPython(
  `import sys, ubinascii, uhashlib, uos\nsys.modules.update(binascii=ubinascii, hashlib=uhashlib, os=uos)\nsys.path.insert(0, '/')\n${job.script}`,
);
parentPort?.postMessage(lines);
