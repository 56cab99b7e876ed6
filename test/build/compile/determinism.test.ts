import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';

const SCRIPT = fileURLToPath(new URL('./build-and-print.js', import.meta.url));
const DEVICE = {
  'main.py': 'import b\n',
  'a.py': 'TEXT = """one\ntwo"""\n',
  'B.py': '# é\nx = 1\n',
  'b-1.html': '<p>\n</p>\n',
  _z: { 'z.py': 'def z():\n    raise ValueError\n', 'pic.bin': Buffer.from('\r\n\r\n') },
};

interface Setting {
  readonly env?: Record<string, string>;
  readonly umask?: string;
  readonly order?: string;
}

async function print(
  folder: string,
  { env = {}, umask = '22', order = 'plain' }: Setting = {},
): Promise<string> {
  const args = [SCRIPT, folder, umask, order];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { PATH: '', ...env } });
  return stdout;
}

t.test('S1.4 the same bytes in the same order, whatever the surroundings', async (t) => {
  const folder = t.testdir({ device: DEVICE });
  const plain = await print(folder);
  t.match(
    plain,
    /^6 B\.mpy .*\n6 _z\/pic\.bin .*\n6 _z\/z\.mpy .*\n6 a\.mpy .*\n6 b-1\.html /,
    'sorted by bytes',
  );
  const elsewhere = { env: { TZ: 'Pacific/Kiritimati', LC_ALL: 'tr_TR.UTF-8', LANG: 'sv_SE' }, umask: '77' };
  t.equal(await print(folder, elsewhere), plain, 'time zone, locale, umask');
  t.equal(await print(folder, { order: 'reversed' }), plain, 'order of the folder');
});

t.test('S1.4 the same bytes from a checkout with CRLF and byte order marks', async (t) => {
  const folder = t.testdir({ device: DEVICE });
  const plain = await print(folder);
  for (const name of (await readdir(join(folder, 'device'))).filter((name) => name.includes('.'))) {
    const path = join(folder, 'device', name);
    await writeFile(path, `\ufeff${(await readFile(path, 'utf8')).replaceAll('\n', '\r\n')}`);
  }
  t.equal(await print(folder, { umask: '77' }), plain);
});
