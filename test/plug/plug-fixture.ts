/** A plug on the table: the shipped program on a real VM, its page on a real socket, its button, its relay, its clock. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import { buildTree } from '../../server/build/compile/build-tree.js';
import { openCompiler } from '../../server/build/compile/compiler.js';
import { mapOf, renamed } from '../../server/build/minify/minify.js';
import type { NameMap } from '../../server/build/minify/names.js';
import { isGuard, readSources } from '../../server/build/sources.js';
import { boardFiles } from '../../server/provision/board-files.js';
import { writeBoard } from '../../server/provision/write-board.js';
import { sha256 } from '../../server/release/release.js';
import { encodeManifest } from '../../server/signing/manifest.js';
import { Board, type BoardOptions } from '../../simulator/board.js';
import type { BoardEvent } from '../../simulator/events.js';
import type { Faults } from '../../simulator/messages.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const SHIPPED = join(ROOT, 'device');
/** Shared by all tests: what one has compiled, the others remember. */
const CACHE = join(ROOT, '.soft-ota', 'test-cache');
const WIFI = [['home', 'correct horse']] as const;
/** The pins of a Sonoff S20. */
const RELAY = 12;
const LED = 13;
const BUTTON = 0;
/** Where no update server listens: the answer is there at once. */
const NOBODY = 'http://127.0.0.1:9';
/** No name server is asked outside: that may take long, or answer. */
const NO_TIME = { 'pool.ntp.org': '' };
const UP_MS = 120_000;
/** 2000-01-01T00:00Z in Unix seconds. */
const EPOCH_2000 = 946_684_800;

export interface PlugOptions {
  /** By name: {plug: {…}, timers: {…}, mqtt: {…}, wifi: {…}}; `wifi: undefined` for a plug that nobody has set up. */
  readonly settings?: Readonly<Record<string, object | string | undefined>>;
  /** Laid over a copy of device/ before it is compiled (undefined: taken away). */
  readonly sources?: Readonly<Record<string, string | undefined>>;
  /** Default real. A driven clock stands still when the page is up; then `advance` moves it. */
  readonly clock?: 'real' | 'driven';
  /** False: a driven clock never stops, days pass by themselves. */
  readonly hold?: boolean;
  readonly faults?: Faults;
  readonly board?: string;
  /** More of the hardware. */
  readonly hardware?: Partial<BoardOptions>;
}

export class Plug {
  readonly #answers = new Map<string, (text: string) => void>();
  #questions = 0;
  readonly #names: Promise<NameMap>;

  private constructor(
    readonly board: Board,
    readonly flash: string,
    device = SHIPPED,
  ) {
    this.#names = namesIn(device);
    board.on((event) => this.#hear(event));
  }

  /** A plug with its files laid down and no power yet; no server is needed. */
  static async make(t: Pick<Test, 'teardown'>, options: PlugOptions = {}): Promise<Plug> {
    const dir = mkdtempSync(join(tmpdir(), 'soft-ota-plug-'));
    const flash = join(dir, 'flash');
    const device = await lay(dir, flash, options);
    const { clock = 'real', hold = clock === 'driven', faults = {}, hardware = {} } = options;
    const plug = new Plug(
      new Board({ flash, clock, hold, faults, hosts: NO_TIME, ...hardware }),
      flash,
      device,
    );
    t.teardown(async () => {
      await plug.board.cut();
      rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
    });
    return plug;
  }

  /** The same things to do with a board that somebody else has made. */
  static on(board: Board): Plug {
    return new Plug(board, board.options.flash);
  }

  /** The same, switched on and waited for until its page answers. */
  static async up(t: Pick<Test, 'teardown'>, options: PlugOptions = {}): Promise<Plug> {
    const plug = await Plug.make(t, options);
    await plug.up();
    return plug;
  }

  async up(): Promise<void> {
    const outcome = await this.board.boot({ until: 'plug-up', timeout: UP_MS });
    if (outcome !== 'plug-up') throw new Error(`${outcome}: ${this.lines().join('\n')}`);
  }

  get url(): string {
    const { url } = this.board;
    if (url === undefined) throw new Error('The plug has no page at this moment.');
    return url;
  }

  /** True: current flows. */
  relay(pin = RELAY): boolean {
    return this.board.pin(pin).value === 1;
  }

  /** True: the LED is lit, which on an S20 a 0 does. */
  led(): boolean {
    return this.board.pin(LED).value === 0;
  }

  /** Presses the button for so long on the board's clock. Returns at once. */
  press(ms = 80): void {
    this.board.press(BUTTON, ms);
  }

  get(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(this.url + path, { redirect: 'manual', ...init });
  }

  /** A form as a browser sends it from a page of the plug itself. */
  post(path: string, form: Readonly<Record<string, string>> = {}, init: RequestInit = {}): Promise<Response> {
    const body = new URLSearchParams(form);
    return this.get(path, { method: 'POST', body, headers: { Origin: this.url }, ...init });
  }

  /** Waits until `fits` holds, in real time. */
  async until(
    fits: () => boolean | Promise<boolean>,
    what = 'what was waited for',
    ms = 60_000,
  ): Promise<void> {
    const end = performance.now() + ms;
    while (!(await fits())) {
      if (performance.now() > end)
        throw new Error(`${what} did not come:\n${this.lines().slice(-20).join('\n')}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Lets the driven clock go on for so many milliseconds. */
  advance(ms: number): Promise<void> {
    return this.board.advance(ms);
  }

  /**
   * Sets the plug's wall clock, as an answer of a time server does, but by hours: so the next night is found again. Not before the plug
   * has begun, for then it sets its clock itself if a server has told it the time.
   */
  async setTime(utc: Date | string): Promise<void> {
    const seconds = Math.floor(new Date(utc).getTime() / 1000) - EPOCH_2000;
    await this.until(() => this.lines().includes('plug: up'), 'the plug');
    await this.#betweenTurns();
    await this.ask(`house.set_time(${seconds})`);
    await this.ask(
      '"night" in house.due and [setattr(house, "night", False), house.due.update({"night": house.later(0)})]',
    );
  }

  /**
   * An answer of a time server comes between two turns, and a question of a test in the middle of one: the next night must have been found.
   * Without Wi-Fi it may not be; and each question takes a name of the heap for ever, so there are few.
   */
  async #betweenTurns(): Promise<void> {
    const found = "'night' in house.due or 'portal' in house.parts or bool(house.waiting)";
    for (let tries = 20; tries > 0 && (await this.ask(found)) !== true; tries--)
      await new Promise((resolve) => setTimeout(resolve, 25));
  }

  /** What the board has printed. */
  lines(): string[] {
    return this.board.events.filter(({ event }) => event === 'log').map(({ text }) => String(text));
  }

  read(path: string): Buffer {
    return readFileSync(join(this.flash, path));
  }

  json(name: string): { readonly [field: string]: unknown } {
    return JSON.parse(this.read(`data/${name}.json`).toString());
  }

  /** Saves settings as a form does: the parts of the running plug read them at once. */
  async save(name: string, values: object): Promise<void> {
    const text = JSON.stringify(JSON.stringify(values));
    const save = '__import__("plug.settings", None, None, ("save",)).save';
    await this.ask(`[${save}("${name}", json.loads(${text})), __import__("plug").drop("settings")]`);
    await this.ask(`[house.changed("${name}"), house.tell()]`);
  }

  /** Before power-on only: a running board does not look at this folder again. */
  lay(path: string, content: string | Buffer): void {
    writeAt(this.flash, path, content);
  }

  #hear({ event, text }: BoardEvent): void {
    if (event !== 'log' || typeof text !== 'string' || !text.startsWith('test ')) return;
    const [, id = '', ...rest] = text.split(' ');
    this.#answers.get(id)?.(rest.join(' '));
  }

  /** The value of a Python expression on the running plug (`house` is its house), as JSON; it runs where an interrupt would. */
  async ask(expression: string): Promise<unknown> {
    const names = await this.#names;
    const id = String(++this.#questions);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no answer to ${expression}`)), UP_MS);
      this.#answers.set(id, (text) => {
        clearTimeout(timer);
        if (text.startsWith('!')) reject(new Error(text.slice(1)));
        else resolve(JSON.parse(text));
      });
      const program = `try:\n import json\n from plug import home as house\n print('test', ${id}, json.dumps(${expression}))\nexcept Exception as e:\n print('test', ${id}, '!' + repr(e))\n`;
      this.board.probe(asBuilt(program, names));
    });
  }
}

const NAME_IN_STRING = /(\b(?:get|set|has)attr\([^,]*,\s*["'])(\w+)/g;

/** What is asked by the names of the sources, in those that the board knows. */
function asBuilt(program: string, names: NameMap): string {
  return renamed(program, names).replace(
    NAME_IN_STRING,
    (_, before, name) => `${before}${names.get(name) ?? name}`,
  );
}

/** Gives the folder of the sources. */
async function lay(dir: string, flash: string, options: PlugOptions): Promise<string> {
  const { settings = {}, sources = {}, board = 's20' } = options;
  const device = Object.keys(sources).length === 0 ? SHIPPED : changed(dir, sources);
  const set = await setOf(device);
  const wifi = 'wifi' in settings ? [] : WIFI;
  await writeBoard(
    flash,
    boardFiles(set, {
      board,
      anchors: Buffer.alloc(0),
      id: 'ab12',
      key: '00',
      wait: 0,
      wifi,
      server: NOBODY,
    }),
  );
  for (const [name, value] of Object.entries(settings)) {
    if (value !== undefined)
      writeAt(flash, `data/${name}.json`, typeof value === 'string' ? value : JSON.stringify(value));
  }
  return device;
}

type Compiled = ReturnType<typeof compiled>;
/** What is shipped, compiled once in a process. */
let shipped: Compiled | undefined;

function setOf(device: string): Compiled {
  if (device !== SHIPPED) return compiled(device);
  shipped ??= compiled(SHIPPED);
  return shipped;
}

/** A copy of device/ with other sources. */
function changed(dir: string, sources: NonNullable<PlugOptions['sources']>): string {
  const device = join(dir, 'device');
  cpSync(SHIPPED, device, { recursive: true });
  for (const [path, text] of Object.entries(sources)) {
    if (text === undefined) rmSync(join(device, path));
    else writeAt(device, path, text);
  }
  return device;
}

const KEEP = ['main.py'];

/** What names are called on a board that runs these sources. */
async function namesIn(device: string): Promise<NameMap> {
  const sources = await readSources(device);
  return mapOf(sources, new Set([...KEEP, ...sources.map(({ path }) => path).filter(isGuard)]));
}

async function compiled(device: string) {
  const compiler = openCompiler();
  try {
    const tree = await buildTree(
      { device, abis: [6], cache: CACHE, keepSource: KEEP, minify: true },
      compiler,
    );
    const files = tree.sets[0]?.files ?? [];
    const manifest = encodeManifest(
      files.map(({ path, bytes }) => ({ path, size: bytes.length, sha256: sha256(bytes) })),
    );
    return { files, guard: tree.guard ?? Buffer.alloc(0), manifest };
  } finally {
    await compiler.close();
  }
}

function writeAt(folder: string, path: string, content: string | Buffer): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}
