/** A small real world: sources in a folder of their own, the real server on real sockets, real boards that were provisioned for it. */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import type { Test } from 'tap';
import { build } from '../../server/process/build.js';
import type { StartConfig } from '../../server/process/config.js';
import { type Running, serve } from '../../server/process/serve.js';
import { type ProvisionOptions, provision } from '../../server/provision/provision.js';
import { Board, type BoardOptions } from '../../simulator/board.js';
import type { BoardEvent } from '../../simulator/events.js';
import { confirmed } from '../../simulator/trial.js';
import { writeReadyKeys } from '../keys/ready.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** Shared by all tests: what one has compiled, the others remember. */
const CACHE = join(ROOT, '.soft-ota', 'test-cache');
/** Other tests have servers with the same key, which would answer a board that looks for one. */
const NOBODY = { 8267: 0 };
/** No name server is asked outside: that may take long, or answer. */
const NO_TIME = { 'pool.ntp.org': '' };
const HEARD_MS = 60_000;
const WIFI = [['home', 'correct horse']] as const;

/** A program that needs nothing of the plug: it asks, then listens where a plug would. */
export const TINY_MAIN = `import machine
import ota

if ota.run():
    machine.reset()
import socket

s = socket.socket()
s.bind(("0.0.0.0", 80))
s.listen(1)
ota.confirm()
s.accept()
`;

export type LogLine = Readonly<Record<string, unknown>> & { readonly msg: string };
type Sources = Readonly<Record<string, string | Buffer | undefined>>;

export class World {
  readonly log: LogLine[] = [];
  #boards = 0;
  #running: Running | undefined;

  private constructor(readonly dir: string) {}

  /** `sources` are laid over a copy of device/ (undefined: taken away); without `plug` only the client is copied. */
  static async make(
    t: Test,
    {
      sources = {},
      plug = false,
      project = {},
    }: { sources?: Sources; plug?: boolean; project?: object } = {},
  ) {
    const world = new World(await mkdtemp(join(tmpdir(), 'soft-ota-e2e-')));
    process.chdir(world.dir);
    t.teardown(async () => {
      await world.stop();
      process.chdir(ROOT);
      await rm(world.dir, { recursive: true, force: true, maxRetries: 3 });
    });
    for (const name of ['boot.py', 'rescue', 'net.py', 'ota', ...(plug ? ['main.py', 'plug'] : [])]) {
      await cp(join(ROOT, 'device', name), join(world.dir, 'device', name), { recursive: true });
    }
    await writeFile(join(world.dir, 'soft-ota.json'), JSON.stringify({ minify: true, ...project }));
    await world.write({ ...(plug ? {} : { 'main.py': TINY_MAIN }), ...sources });
    await writeReadyKeys(join(world.dir, 'keys'));
    return world;
  }

  /** Saves sources; the next `publish` serves them. */
  async write(sources: Sources): Promise<void> {
    for (const [path, text] of Object.entries(sources)) {
      const file = join(this.dir, 'device', path);
      await mkdir(dirname(file), { recursive: true });
      await (text === undefined ? rm(file) : writeFile(file, text));
    }
  }

  /** What a source says. */
  source(path: string): Promise<string> {
    return readFile(join(this.dir, 'device', path), 'utf8');
  }

  /** Starts the server, or starts it again: what the sources say now is what it serves. */
  async publish(options: Partial<StartConfig> = {}): Promise<number> {
    const port = this.#running?.port ?? 0;
    process.chdir(this.dir); // where soft-ota.json is
    await this.stop();
    const line = { write: (text: string) => this.log.push(JSON.parse(text)) };
    const log = { level: 'info', pretty: false, colour: false } as const;
    this.#running = await serve(
      {
        ...this.folders,
        cache: CACHE,
        host: '127.0.0.1',
        port,
        watch: false,
        log,
        ...options,
      },
      pino({ level: 'info' }, line),
    );
    return this.#running.releases.current?.number ?? 0;
  }

  /** Builds bdist/ without a server, under a number of one's own; one that boards may come down to from `downgrade`. */
  async build(release: number, downgrade?: number): Promise<void> {
    process.chdir(this.dir);
    const log = { level: 'silent', pretty: false, colour: false } as const;
    const lower = downgrade === undefined ? {} : { downgrade };
    await build({ ...this.folders, cache: CACHE, log, release, ...lower });
  }

  async stop(): Promise<void> {
    await this.#running?.close();
    this.#running = undefined;
  }

  get folders() {
    return { device: join(this.dir, 'device'), keys: join(this.dir, 'keys'), bdist: join(this.dir, 'bdist') };
  }

  get port(): number {
    return this.#running?.port ?? 0;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** A new board on the table, with its files laid down and no power yet. */
  async board(
    t: Test,
    more: Partial<ProvisionOptions> = {},
    hardware: Partial<BoardOptions> = {},
  ): Promise<TestBoard> {
    const out = join(this.dir, `board${++this.#boards}`);
    await provision({ out, board: 's20', wifi: WIFI, server: this.url, ...this.folders, ...more });
    await rm(join(out, '.gitignore')); // the printed line does not copy it either
    const board = new TestBoard({ flash: out, hosts: NO_TIME, ports: NOBODY, ...hardware });
    t.teardown(() => board.cut());
    return board;
  }

  /** True once the server has logged all these words in one line: it may hear of something after the board has gone on. */
  async heard(...words: readonly unknown[]): Promise<boolean> {
    const fits = (line: LogLine): boolean =>
      words.every((word) => JSON.stringify(line).includes(String(word)));
    return this.#until(() => this.log.some(fits));
  }

  /** The closing lines of the devices, oldest first; waits until there are so many. */
  async visited(least: number): Promise<LogLine[]> {
    await this.#until(() => this.visits().length >= least);
    return this.visits();
  }

  async #until(fits: () => boolean): Promise<boolean> {
    const end = performance.now() + HEARD_MS;
    while (!fits() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 10));
    return fits();
  }

  /** Those that are there already. */
  visits(): LogLine[] {
    return this.log.filter((line) => line.msg.startsWith('device '));
  }
}

export class TestBoard extends Board {
  /** One boot from power-on until the program is up; gives its events. */
  async powerOn(): Promise<BoardEvent[]> {
    const from = this.events.length;
    const outcome = await this.boot({ until: 'plug-up', timeout: 120_000 });
    if (outcome === 'plug-up') await confirmed(this.options.flash);
    const events = this.events.slice(from);
    await this.cut();
    if (outcome !== 'plug-up')
      throw new Error(`${outcome}: ${events.map((event) => JSON.stringify(event)).join('\n')}`);
    return events;
  }

  read(path: string): Promise<Buffer> {
    return readFile(join(this.options.flash, path));
  }

  async lay(path: string, content: string | Buffer): Promise<void> {
    await mkdir(dirname(join(this.options.flash, path)), { recursive: true });
    await writeFile(join(this.options.flash, path), content);
  }

  remove(path: string): Promise<void> {
    return rm(join(this.options.flash, path));
  }
}

export function named(events: readonly BoardEvent[], name: string): BoardEvent[] {
  return events.filter((event) => event.event === name);
}

/** The one refusal of a boot, as its fields. */
export function refusal(events: readonly BoardEvent[]): BoardEvent | undefined {
  return named(events, 'refused')[0];
}
