#!/usr/bin/env node
/** npm run simulate: boots a board without hardware and prints one JSON object a line. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SoftOtaError } from '../server/errors.js';
import { runCommand } from '../server/exit.js';
import { COMMON, type FlagTable, type Values } from '../server/flags.js';
import { provision } from '../server/provision/provision.js';
import { simulate } from '../simulator/run.js';
import { installedVms, VM_VERSIONS, vmVersion } from '../simulator/vm.js';

const { device, bdist, keys, port } = COMMON;
const flags = {
  server: { kind: 'text', value: 'URL', help: 'the server that the board asks' },
  discover: { kind: 'switch', help: 'give the board no URL: it looks for a server on its network' },
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
    help: 'boot, cut the power, N times',
  },
  count: {
    kind: 'number',
    value: 'N',
    min: 1,
    max: 10_000,
    help: 'so many boards, with their flash in DIR/1, DIR/2 …',
  },
  until: {
    kind: 'text',
    value: 'plug-up|prompt',
    default: 'plug-up',
    help: 'a boot is over when something listens on port 80, or when main.py has ended',
  },
  vm: { kind: 'text', value: VM_VERSIONS.join('|'), default: '1.27', help: vmHelp() },
  clock: { kind: 'text', value: 'real|driven', default: 'real', help: 'driven: waits are over at once' },
  heap: {
    kind: 'number',
    value: 'BYTES',
    min: 8192,
    max: 1 << 24,
    default: 38 * 1024,
    help: 'heap of the board',
  },
  timeout: {
    kind: 'number',
    value: 'S',
    min: 1,
    max: 86_400,
    default: 90,
    help: 'seconds that a boot may take',
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
    until: untilOf(given.until),
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

function boardOf({ vm, clock, heap, discover, port }: Values<typeof flags>, server: string | undefined) {
  if (clock !== 'real' && clock !== 'driven')
    throw new SoftOtaError('config_invalid', '--clock is real or driven.');
  const ports = { 8267: discover ? port : 8267 };
  return {
    vm: vmVersion(vm),
    clock,
    heap,
    ports,
    allow: server === undefined ? [] : [hostOf(server)],
  } as const;
}

function hostOf(server: string): string {
  if (/^https?:/.test(server) && URL.canParse(server)) return new URL(server).hostname;
  throw new SoftOtaError(
    'config_invalid',
    `--server needs a URL such as http://192.168.1.5:8267, not ${server}.`,
  );
}

function untilOf(word: string): 'plug-up' | 'prompt' {
  if (word === 'plug-up' || word === 'prompt') return word;
  throw new SoftOtaError('config_invalid', '--until is plug-up or prompt.');
}

function vmHelp(): string {
  return `MicroPython; installed here: ${installedVms().join(', ')}`;
}
