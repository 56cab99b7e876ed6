/** One boot of one board: the VM, the shims, boot.py, main.py, then the prompt, where only timers and interrupts still run. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workerData } from 'node:worker_threads';
import { type BootData, CELL } from '../messages.js';
import { Blocks } from './blocks.js';
import { Clock } from './clock.js';
import { type Change, Disk } from './disk.js';
import { Flash } from './flash.js';
import { hardware } from './hardware.js';
import { Hub } from './hub.js';
import { type MicroPython, startVm } from './micropython.js';
import { closeNames } from './names.js';

const data = workerData as BootData;
const clock = new Clock(data.driven, data.uptime);
const hub = new Hub(data.port, data.cells, clock);
hub.quiet = data.quiet;

/** The shims are imported from a folder that is gone before the program starts. */
function installShims(mp: MicroPython): void {
  const names = readdirSync(data.python).filter((name) => name.endsWith('.py'));
  mp.FS.mkdir('/.shims');
  for (const name of names) mp.FS.writeFile(`/.shims/${name}`, readFileSync(join(data.python, name)));
  const modules = names.map((name) => name.slice(0, -'.py'.length)).filter((name) => name !== '_install');
  mp.runPython(
    `import sys\nsys.path[:] = ['/.shims']\nimport ${modules.join(', ')}, _install\nsys.path[:] = ['', '/lib']`,
  );
  mp.runPython(`del ${modules.join(', ')}, _install, sys\n`);
  for (const name of names) mp.FS.unlink(`/.shims/${name}`);
  mp.FS.rmdir('/.shims');
  for (const folder of ['/tmp', '/home/web_user', '/home']) mp.FS.rmdir(folder);
}

/** Memory after a collection, in bytes. */
function memory(mp: MicroPython): { used: number; free: number } {
  mp.runPython('import gc\ngc.collect()\n_used = gc.mem_alloc()\n_free = gc.mem_free()');
  const [used, free] = [mp.globals.get('_used'), mp.globals.get('_free')].map(Number);
  mp.runPython('del _used, _free, gc');
  return { used: used ?? 0, free: free ?? 0 };
}

function reportHeap(mp: MicroPython): void {
  const { used, free } = memory(mp);
  hub.post({ t: 'heap', used, free, exhausted: mp.exhausted() });
}

function listens(mp: MicroPython): void {
  reportHeap(mp);
  if (data.hold !== undefined && clock.limit === Number.POSITIVE_INFINITY)
    clock.limit = Math.max(data.hold, clock.now());
}

/** The traceback of what was raised, or nothing. */
function run(mp: MicroPython, code: string): string | undefined {
  try {
    mp.runPython(code);
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if ((error as { type?: string }).type === 'SystemExit')
      hub.halt({ t: 'reset', cause: 4, uptime: clock.now() });
    return error.message;
  }
}

function runFile(mp: MicroPython, flash: Flash, name: string): string | undefined {
  return flash.blocks.has(`/${name}`) ? run(mp, `execfile('${name}')`) : undefined;
}

function prompt(mp: MicroPython): never {
  hub.on('exec', ({ id, code }) => {
    const error = run(mp, code);
    hub.post({ t: 'done', id, ...(error === undefined ? {} : { error }) });
  });
  hub.wait(() => false, Number.POSITIVE_INFINITY);
  throw new Error('The wait for ever ended.');
}

function changed(change: Change): void {
  const op = data.flashOps + Atomics.load(data.cells, CELL.flashOps);
  hub.post({ t: 'flash', change: { op, ...change } });
}

function makeFlash(mp: MicroPython): Flash {
  return new Flash(
    mp.FS,
    new Disk(data.flash, data.watched ? changed : () => undefined),
    new Blocks(data.blocks),
    {
      fat: data.fs === 'fat',
      faults: data.faults,
      before: data.flashOps,
      cells: data.cells,
      charge: (ms) => clock.charge(ms),
      cut: (op) => hub.halt({ t: 'cut', op }),
    },
  );
}

async function boot(): Promise<void> {
  let flash: Flash | undefined;
  const mp = await startVm({
    loader: data.loader,
    module: data.module,
    heapsize: data.heap,
    pystack: data.pystack,
    line: (text) => hub.post({ t: 'line', text }),
    fsync: () => flash?.sync(),
  });
  const before = memory(mp).used;
  const mounted = makeFlash(mp);
  mp.registerJsModule(
    '_hw',
    hardware(hub, data, mounted, mp.FS, () => listens(mp)),
  );
  installShims(mp);
  closeNames(mp.memory);
  mp.FS.chdir('/');
  const { used, free } = memory(mp);
  mounted.mount();
  flash = mounted;
  hub.post({ t: 'started', shims: used - before, total: used + free });
  const error = runFile(mp, mounted, 'boot.py') ?? runFile(mp, mounted, 'main.py');
  Atomics.add(data.cells, CELL.wdtBeat, 1);
  reportHeap(mp);
  hub.post({
    t: 'prompt',
    alive: Number.isFinite(clock.nextDue()),
    ...(error === undefined ? {} : { error }),
  });
  prompt(mp);
}

await boot();
