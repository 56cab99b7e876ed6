/** One boot of one board: the VM, the shims, boot.py, main.py, then the prompt, where only timers and interrupts still run. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workerData } from 'node:worker_threads';
import { type BootData, CELL } from '../messages.js';
import { Blocks } from './blocks.js';
import { Clock } from './clock.js';
import { Disk } from './disk.js';
import { Flash } from './flash.js';
import { hardware } from './hardware.js';
import { Hub } from './hub.js';
import { type MicroPython, startVm } from './micropython.js';

const data = workerData as BootData;
const clock = new Clock(data.driven, data.uptime);
const hub = new Hub(data.port, data.cells, clock);
/** gc.mem_free() counts memory that the VM could still ask the host for; a board has none of that. */
const BEYOND = 134_217_728;

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

function heap(mp: MicroPython): { used: number; total: number } {
  mp.runPython('import gc\ngc.collect()');
  const used = Number(mp.runPython('gc.mem_alloc()') ?? 0);
  mp.runPython(`_used = gc.mem_alloc(); _total = _used + gc.mem_free() - ${BEYOND}`);
  const globals = (mp as unknown as { globals: { get(name: string): number; delete(name: string): void } })
    .globals;
  const result = { used: globals.get('_used') ?? used, total: globals.get('_total') };
  mp.runPython('del _used, _total, gc');
  return result;
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

function makeFlash(mp: MicroPython): Flash {
  return new Flash(mp.FS, new Disk(data.flash), new Blocks(data.blocks), {
    fat: data.fs === 'fat',
    cutAt: data.faults.cutAt ?? 0,
    readBack: data.faults.readBack ?? [],
    cells: data.cells,
    charge: (ms) => clock.charge(ms),
    cut: (op) => hub.halt({ t: 'cut', op }),
  });
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
  const before = heap(mp).used;
  const mounted = makeFlash(mp);
  mp.registerJsModule('_hw', hardware(hub, data, mounted, mp.FS));
  installShims(mp);
  mp.FS.chdir('/');
  const { used, total } = heap(mp);
  mounted.mount();
  flash = mounted;
  hub.post({ t: 'started', shims: used - before, total });
  const error = runFile(mp, mounted, 'boot.py') ?? runFile(mp, mounted, 'main.py');
  Atomics.add(data.cells, CELL.wdtBeat, 1);
  hub.post({ t: 'prompt', ms: clock.now(), ...(error === undefined ? {} : { error }) });
  prompt(mp);
}

await boot();
