/** S1.19: the device's own checks, on the real VM, against vectors made with OpenSSL. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { VM_VERSIONS } from '../../simulator/vm.js';
import { folder, ROOT, runInVm } from './raw-vm.js';

const files = [
  ...folder('device/ota', '/ota'),
  ...folder('test/vectors', '/vectors'),
  ['/data/x', Buffer.alloc(0)] as const,
  // This VM has neither network nor pins, and what is tested here needs none.
  ['/socket.py', Buffer.from('getaddrinfo = socket = None\n')] as const,
  ['/machine.py', Buffer.from('unique_id = None\n')] as const,
  ['/select.py', Buffer.from('poll = None\n')] as const,
];
const PATHS = (JSON.parse(readFileSync(join(ROOT, 'test/vectors/paths.json'), 'utf8')) as unknown[]).length;
const script = readFileSync(join(ROOT, 'test/device/vectors.py'), 'utf8');

interface Result {
  counts: number[];
  idle: number;
  signatures: string[];
}

for (const version of VM_VERSIONS) {
  t.test(`S1.19 signatures, heads, root files, paths and MACs on MicroPython ${version}`, async (t) => {
    const { counts, idle, ...wrong } = (await runInVm(version, files, script)) as Result;
    t.strictSame(wrong, { signatures: [], heads: [], roots: [], paths: [], macs: [] });
    t.strictSame(counts, [55, 148, 87, PATHS, 4], 'none was left out');
    t.ok(idle > 17 * 20, 'idle is called between the squarings');
  });
}

t.test('the vectors can fail: a check that forgets the padding accepts forged signatures', async (t) => {
  const lax = files.map(([path, bytes]) =>
    path === '/ota/trust.py'
      ? ([
          path,
          Buffer.from(
            bytes
              .toString()
              .replace(/return m\.to_bytes.*\n/, 'return m.to_bytes(size, "big")[-32:] == h[-32:]\n'),
          ),
        ] as const)
      : ([path, bytes] as const),
  );
  const result = (await runInVm('1.27', lax, script)) as Result;
  t.ok(result.signatures.length > 10, `${result.signatures.length} forgeries pass`);
});
