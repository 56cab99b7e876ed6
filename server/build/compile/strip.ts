/** What stays source on the board: without comments, blank lines and wide indentation. Pure. */

interface DeviceFile {
  readonly path: string;
  readonly bytes: Buffer;
}

/** Text that spans lines, where a line cannot be looked at alone. */
const SPANS_LINES = /"""|'''|\\\n/;
/** Strings are passed over: a # in one is no comment. */
const CODE = /^((?:[^'"#]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')*)(?:#.*)?$/;
const INDENT = 4;

export function stripped(file: DeviceFile): DeviceFile {
  return { path: file.path, bytes: strip(file.bytes) };
}

/** The same program in fewer bytes; the source itself where that cannot be told line by line. */
export function strip(source: Buffer): Buffer {
  return joined(source, (lines) => `${lines.filter((line) => line !== '').join('\n')}\n`);
}

/** The same with each line where it was, for tracebacks; a line without code is an empty one. */
export function stripLines(source: Buffer): Buffer {
  return joined(source, (lines) => `${lines.join('\n').trimEnd()}\n`);
}

function joined(source: Buffer, join: (lines: string[]) => string): Buffer {
  const text = source.toString('utf8');
  if (SPANS_LINES.test(text)) return source;
  const lines = text.split('\n').map(stripLine);
  return lines.includes(undefined) ? source : Buffer.from(join(lines.map((line) => line ?? '')));
}

function stripLine(line: string): string | undefined {
  const code = CODE.exec(line)?.[1]?.trimEnd();
  if (code === undefined) return undefined;
  const bare = code.trimStart();
  const indent = code.length - bare.length;
  return indent % INDENT === 0 && !code.includes('\t') ? ' '.repeat(indent / INDENT) + bare : undefined;
}
