/** S1.19: server and device have one verdict on what comes in, by the same vectors. What the device lets pass is named, with the reason. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { folder, ROOT, runInVm } from './raw-vm.js';

const text = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const files = [
  ...folder('device/ota', '/ota'),
  ...folder('test/vectors', '/vectors'),
  ['/data/x', Buffer.alloc(0)] as const,
  ['/update/x', Buffer.alloc(0)] as const,
  // This VM has neither network nor pins nor a flash, and what is tested here needs none.
  ['/socket.py', Buffer.from('getaddrinfo = socket = None\n')] as const,
  ['/machine.py', Buffer.from('unique_id = None\n')] as const,
  ['/select.py', Buffer.from('poll = None\n')] as const,
];
const LAX = JSON.parse(text('test/vectors/not-on-device.json')) as Record<string, Record<string, string>>;
const script = text('test/device/strict.py');

t.test('what the server refuses the device refuses, and what it takes the device takes', async (t) => {
  const differs = (await runInVm('1.27', files, script)) as Record<string, string[]>;
  t.strictSame(Object.keys(differs).toSorted(), Object.keys(LAX).toSorted());
  for (const [kind, names] of Object.entries(differs)) {
    const lax = LAX[kind] ?? {};
    t.strictSame(
      names.filter((name) => !(name in lax)),
      [],
      `${kind}: one verdict`,
    );
    for (const name of Object.keys(lax))
      if (!names.includes(name))
        t.fail(`${kind}: "${name}" is refused on the device by now: take it off the list`);
  }
});
