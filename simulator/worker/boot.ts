/** One boot of one board: the VM, the shims, boot.py, main.py, then the prompt, where only timers and interrupts still run. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHIPS } from '../chips.js';
import { type BootData, CELL } from '../messages.js';
import { Blocks } from './blocks.js';
import { Clock } from './clock.js';
import { type Change, Disk } from './disk.js';
import { EventLoop } from './event-loop.js';
import { Flash } from './flash.js';
import { hardware } from './hardware.js';
import { type MicroPython, startVm } from './micropython.js';
import { closeNames } from './names.js';

/** Bytes of heap that a board has given away before boot.py: to the mounted littlefs and to what starts the program. */
const MOUNTED = 1690;

/** What belongs to one boot. */
interface Life {
  readonly data: BootData;
  readonly clock: Clock;
  readonly loop: EventLoop;
}

/** The shims are imported from a folder that is gone before the program starts. */
function installShims(mp: MicroPython, data: BootData): void {
  const names = readdirSync(data.python).filter((name) => name.endsWith('.py'));
  mp.FS.mkdir('/.shims');
  for (const name of names) mp.FS.writeFile(`/.shims/${name}`, readFileSync(join(data.python, name)));
  const modules = names.map((name) => name.slice(0, -'.py'.length)).filter((name) => name !== '_install');
  mp.runPython(
    `import sys\nsys.path[:] = ['/.shims']\nimport ${modules.join(', ')}, _install\nsys.path[:] = ${JSON.stringify(CHIPS[data.chip].path)}`,
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

function reportHeap(mp: MicroPython, loop: EventLoop): void {
  const { used, free } = memory(mp);
  loop.post({ t: 'heap', used, free, exhausted: mp.exhausted() });
}

function listens(mp: MicroPython, { data, clock, loop }: Life): void {
  reportHeap(mp, loop);
  if (data.hold !== undefined && clock.limit === Number.POSITIVE_INFINITY)
    clock.limit = Math.max(data.hold, clock.now());
}

/** The traceback of what was raised, or nothing. */
function run(mp: MicroPython, code: string, { loop, clock }: Life): string | undefined {
  try {
    mp.runPython(code);
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if ((error as { type?: string }).type === 'SystemExit')
      loop.halt({ t: 'reset', cause: 4, uptime: clock.now() });
    return error.message;
  }
}

function runFile(mp: MicroPython, name: string, life: Life): string | undefined {
  return mp.FS.analyzePath(`/${name}`).exists ? run(mp, `execfile('${name}')`, life) : undefined;
}

function prompt(mp: MicroPython, life: Life): never {
  const { loop } = life;
  loop.on('exec', ({ id, code }) => {
    const error = run(mp, code, life);
    loop.post({ t: 'done', id, ...(error === undefined ? {} : { error }) });
  });
  loop.wait(() => false, Number.POSITIVE_INFINITY);
  throw new Error('The wait for ever ended.');
}

function changed({ data, loop }: Life, change: Change): void {
  const op = data.flashOps + Atomics.load(data.cells, CELL.flashOps);
  loop.post({ t: 'flash', change: { op, ...change } });
}

function makeFlash(mp: MicroPython, life: Life): Flash {
  const { data, loop, clock } = life;
  return new Flash(
    mp.FS,
    new Disk(data.flash, data.watched ? (change) => changed(life, change) : () => undefined),
    new Blocks(data.blocks),
    {
      fat: data.fs === 'fat',
      littlefs: data.littlefs,
      statvfs: data.statvfs,
      faults: data.faults,
      before: data.flashOps,
      cells: data.cells,
      charge: (ms) => {
        loop.checkAlive();
        clock.charge(ms);
      },
      cut: (op) => loop.halt({ t: 'cut', op }),
    },
  );
}

/** Comes back never, but by Ended. */
export async function boot(data: BootData): Promise<void> {
  const clock = new Clock(data.driven, data.uptime);
  const loop = new EventLoop(data.port, data.cells, clock);
  loop.quiet = data.quiet;
  let flash: Flash | undefined;
  const mp = await startVm({
    loader: data.loader,
    module: data.module,
    heapsize: data.heap,
    pystack: data.pystack,
    line: (text) => loop.post({ t: 'line', text }),
    fsync: () => flash?.sync(),
  });
  flash = furnish(mp, { data, clock, loop });
  runProgram(mp, { data, clock, loop });
}

/** The board around the VM: its modules, its flash. */
function furnish(mp: MicroPython, life: Life): Flash {
  const { data, loop } = life;
  mp.runPython(`_mount = bytearray(${data.flashHeap ? MOUNTED : 0})`);
  const before = memory(mp).used;
  const flash = makeFlash(mp, life);
  mp.registerJsModule(
    '_hw',
    hardware(loop, data, flash, mp.FS, () => listens(mp, life)),
  );
  installShims(mp, data);
  closeNames(mp.memory);
  mp.FS.chdir('/');
  const { used, free } = memory(mp);
  flash.mount();
  mp.runPython('import os\nos._mount = _mount\ndel os, _mount');
  loop.post({ t: 'started', shims: used - before, total: used + free });
  return flash;
}

function runProgram(mp: MicroPython, life: Life): never {
  const { data, clock, loop } = life;
  const error = runFile(mp, 'boot.py', life) ?? runFile(mp, 'main.py', life);
  Atomics.add(data.cells, CELL.wdtBeat, 1);
  reportHeap(mp, loop);
  loop.post({
    t: 'prompt',
    alive: Number.isFinite(clock.nextDue()),
    ...(error === undefined ? {} : { error }),
  });
  return prompt(mp, life);
}
