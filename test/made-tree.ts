/**
 * Makes a device folder of the size of a real one for tests and benchmarks: 34 files, 69 KB, MicroPython
 * that compiles for both
 * .mpy versions and passes the lint, in four folders, with pages and styles. The same bytes at every call.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const FILES = 34;
/** Parts do not fill a file to the last byte: this comes to 69 KB. */
const BYTES = 73_600;
const FOLDERS = ['net', 'ota', 'plug', 'plug/pages'];
const WORDS = ['relay', 'timer', 'button', 'clock', 'topic', 'page', 'zone', 'state', 'queue', 'frame'];

/** Path under the device folder → text. */
export function madeTree(): Map<string, string> {
  const files = new Map<string, string>();
  files.set('main.py', madeProgram('main', 900));
  for (const [i, size] of sizes().entries()) files.set(...madeFile(i, size));
  return files;
}

/** Writes {@link madeTree} below `folder`. */
export async function writeMadeTree(folder: string): Promise<void> {
  for (const [path, text] of madeTree()) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

/** Sizes as they are in real trees: many small files and a few large ones. */
function sizes(): number[] {
  const weights = Array.from({ length: FILES - 1 }, (_, i) => 1 + ((i * 7) % 11) ** 1.5);
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => Math.round(((BYTES - 900) * weight) / all));
}

function madeFile(i: number, size: number): [path: string, text: string] {
  const folder = FOLDERS[i % FOLDERS.length] ?? 'net';
  const name = `${word(i)}_${i}`;
  if (folder !== 'plug/pages') return [`${folder}/${name}.py`, madeProgram(name, size)];
  return i % 3 === 0
    ? [`${folder}/${name}.css`, style(name, size)]
    : [`${folder}/${name}.html`, page(name, size)];
}

export function madeProgram(name: string, size: number): string {
  const head = `"""Made: ${name}."""\nimport gc\nimport time\n\nfrom micropython import const\n\n_LIMIT = const(${size})\ngc.collect()\n`;
  return grow(head, size, (i) => (i % 3 === 0 ? classText(name, i) : functionText(name, i)));
}

function functionText(name: string, i: number): string {
  return `

def ${word(i)}_${i}(values, limit=_LIMIT):
    # Values beyond the limit come from a reading that was cut short.
    total = ${i}
    for value in values:
        if value is None or value > limit:
            continue
        total = (total * 31 + value) & 0x3FFFFFFF
    if total > limit:
        print('${name}: %d of %d' % (total, limit), time.ticks_ms())
        gc.collect()
    return {'${word(i + 1)}': total, '${word(i + 2)}': len(values)}
`;
}

function classText(name: string, i: number): string {
  return `

class ${word(i)[0]?.toUpperCase()}${word(i).slice(1)}${i}:
    """Keeps the ${word(i + 3)} of ${name}."""

    def __init__(self, pin, inverted=False):
        self._pin = pin
        self._inverted = inverted
        self._changed = time.ticks_ms()

    def set(self, on):
        level = bool(on) != self._inverted
        self._pin.value(1 if level else 0)
        self._changed = time.ticks_ms()
        return level

    def age(self):
        return time.ticks_diff(time.ticks_ms(), self._changed)
`;
}

function page(name: string, size: number): string {
  const row = (i: number) =>
    `  <label>${word(i)} ${i} <input name="${word(i)}${i}" value="{{ ${word(i)} }}"></label>\n`;
  return `${grow(`<!doctype html>\n<title>${name}</title>\n<form method="post">\n`, size, row)}</form>\n`;
}

function style(name: string, size: number): string {
  const rule = (i: number) =>
    `.${word(i)}-${i} { margin: ${i % 9}px; color: #${(i * 7919).toString(16).slice(-3)} }\n`;
  return grow(`/* ${name} */\n`, size, rule);
}

function grow(start: string, size: number, part: (i: number) => string): string {
  let text = start;
  for (let i = 0; text.length + part(i).length <= size || i === 0; i += 1) text += part(i);
  return text;
}

function word(i: number): string {
  return WORDS[i % WORDS.length] ?? 'relay';
}
