#!/usr/bin/env node
/** npm run simulate: boots a board without hardware and prints one JSON object a line. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMON, type FlagTable, type Values } from '../server/cli/flags.js';
import { runCommand } from '../server/cli/run-command.js';
import { SoftOtaError } from '../server/errors.js';
import { provision } from '../server/provision/provision.js';
import type { BoardOptions } from '../simulator/board.js';
import { CHIP_NAMES } from '../simulator/chips.js';
import { EXPECTS } from '../simulator/expect.js';
import { DEFAULT_LITTLEFS } from '../simulator/options.js';
import { simulate } from '../simulator/run.js';
import { installedVms, VM_VERSIONS, vmVersion } from '../simulator/vm.js';
import { LITTLEFS } from '../simulator/worker/moving.js';

const { device, bdist, keys, port } = COMMON;
const UNTILS = ['plug-up', 'prompt'] as const;
const CLOCKS = ['real', 'driven'] as const;
const flags = {
  server: { kind: 'text', value: 'URL', help: 'the server that the board asks' },
  discover: { kind: 'switch', help: 'give the board no URL: it searches its network for a server' },
  flash: {
    kind: 'text',
    value: 'DIR',
    help: 'the flash; an empty one is provisioned (default: a temporary folder)',
  },
  board: { kind: 'text', value: 'NAME', default: 's20', help: 'for provisioning' },
  boots: {
    kind: 'number',
    value: 'N',
    min: 1,
    max: 1000,
    default: 1,
    help: 'boot and cut the power N times',
  },
  count: {
    kind: 'number',
    value: 'N',
    min: 1,
    max: 10_000,
    help: 'number of boards; their flash is in DIR/1, DIR/2 …',
  },
  until: {
    kind: 'text',
    value: 'plug-up|prompt',
    default: 'plug-up',
    help: 'a boot is over when something listens on port 80, or when main.py has ended',
  },
  expect: {
    kind: 'text',
    value: EXPECTS.join('|'),
    help: 'exit with 0 only if: an update was installed and stayed, the board has the release of the server, or the plug is up',
  },
  chip: { kind: 'text', value: CHIP_NAMES.join('|'), default: 'esp8266', help: 'the chip of the board' },
  littlefs: {
    kind: 'text',
    value: LITTLEFS.join('|'),
    default: DEFAULT_LITTLEFS,
    help: 'what a power cut inside a rename shows',
  },
  vm: { kind: 'text', value: VM_VERSIONS.join('|'), default: '1.27', help: vmHelp() },
  clock: { kind: 'text', value: 'real|driven', default: 'real', help: 'driven: waits end at once' },
  heap: {
    kind: 'number',
    value: 'BYTES',
    min: 8192,
    max: 1 << 24,
    help: 'heap of the board (default: that of the chip, 38 KB for an ESP8266)',
  },
  timeout: {
    kind: 'number',
    value: 'S',
    min: 1,
    max: 86_400,
    default: 90,
    help: 'time limit for one boot',
  },
  port: { ...port, help: 'UDP port where --discover finds the server' },
  device,
  bdist,
  keys,
} as const satisfies FlagTable;
const summary = 'Boots a board without hardware: the real MicroPython, real sockets, a folder as flash.';

await runCommand({ name: 'simulate', summary, flags }, async (given) => ((await perform(given)) ? 0 : 1));

async function perform(given: Values<typeof flags>): Promise<boolean> {
  const { boots, count, server: url, discover } = given;
  if ((url === undefined) !== discover)
    throw new SoftOtaError('config_invalid', 'Give either --server URL or --discover.');
  const server = url?.replace(/\/+$/, '');
  return simulate({
    flash: given.flash ?? (await mkdtemp(join(tmpdir(), 'soft-ota-flash-'))),
    boots,
    until: wordOf('until', UNTILS, given.until),
    ...(given.expect === undefined ? {} : { expect: wordOf('expect', EXPECTS, given.expect) }),
    timeout: given.timeout * 1000,
    server,
    ...(count === undefined ? {} : { count }),
    board: boardOf(given, server),
    provision: (out) =>
      provision({
        board: given.board,
        device: given.device,
        bdist: given.bdist,
        keys: given.keys,
        out,
        wifi: [['simulated', 'simulated']],
        ...(server === undefined ? {} : { server }),
      }),
    print: (event) => process.stdout.write(`${JSON.stringify(event)}\n`),
  });
}

function boardOf(
  given: Values<typeof flags>,
  server: string | undefined,
): Omit<BoardOptions, 'flash' | 'id'> {
  const { vm, heap, discover, port } = given;
  const ports = { 8267: discover ? port : 8267 };
  return {
    vm: vmVersion(vm),
    chip: wordOf('chip', CHIP_NAMES, given.chip),
    littlefs: wordOf('littlefs', LITTLEFS, given.littlefs),
    clock: wordOf('clock', CLOCKS, given.clock),
    ...(heap === undefined ? {} : { heap }),
    ports,
    allow: server === undefined ? [] : [hostOf(server)],
  };
}

function hostOf(server: string): string {
  if (/^https?:/.test(server) && URL.canParse(server)) return new URL(server).hostname;
  throw new SoftOtaError(
    'config_invalid',
    `--server needs a URL such as http://192.168.1.5:8267, not ${server}.`,
  );
}

function wordOf<T extends string>(flag: string, words: readonly T[], given: string): T {
  const found = words.find((word) => word === given);
  if (found !== undefined) return found;
  throw new SoftOtaError('config_invalid', `--${flag} is ${words.join(' or ')}, not ${given}.`);
}

function vmHelp(): string {
  return `MicroPython; installed here: ${installedVms().join(', ')}`;
}
