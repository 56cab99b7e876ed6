/** What a board prints, as events. Pure. */

export type Field = string | number | boolean;
export interface BoardEvent {
  readonly event: string;
  readonly [field: string]: Field;
}

const WORDS = new Set(['head', 'file', 'installed', 'refused']);
const LINE = /^(?:ota|plug|net): (\S+)(?: (.*))?$/;
const NUMBER = /^-?(?:0|[1-9]\d{0,14})(?:\.\d+)?$/;

function value(text: string): Field {
  if (text === 'true' || text === 'True') return true;
  if (text === 'false' || text === 'False') return false;
  return NUMBER.test(text) ? Number(text) : text;
}

/** `a=1 b=x y msg=the rest` → fields, or undefined when it is not of that form. A value ends before the next ` name=`. */
function fields(text: string): Record<string, Field> | undefined {
  const found: Record<string, Field> = {};
  for (let rest = text.trim(); rest !== ''; ) {
    const match = /^([a-z_]\w*)=(.*)$/i.exec(rest);
    const [, name = '', after = ''] = match ?? [];
    if (match === null) return undefined;
    if (name === 'msg') return { ...found, msg: after };
    const [first = ''] = after.split(/ (?=[a-z_]\w*=)/i, 1);
    found[name] = value(first);
    rest = after.slice(first.length).trimStart();
  }
  return found;
}

/** A line of the form `ota: installed release=7 files=2` becomes an event of that name, every other one a `log`. */
export function lineEvent(line: string): BoardEvent {
  const [, word = '', rest = ''] = LINE.exec(line) ?? [];
  if (!WORDS.has(word)) return { event: 'log', text: line };
  return { event: word, ...(fields(rest) ?? { msg: rest }) };
}
