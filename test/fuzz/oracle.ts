/** What may come of a case, told without a line of the device's code. */
import { checkPath } from '../../server/signing/paths.js';
import { NEXT, OLD, ROOT, ROOTED, STAGED } from './release.js';
import type { Case } from './vm.js';

const body = (bytes: Buffer): string => bytes.subarray(0, bytes.indexOf('\n\n') + 2).toString('latin1');
const SIGNED = new Set([NEXT.head, ROOTED.head, OLD.head, ROOT].map(body));
const hex = (text: string): string => Buffer.from(text, 'hex').toString('latin1');

function allowed(path: string): boolean {
  try {
    checkPath(path);
    return true;
  } catch {
    return false;
  }
}

/** Bytes that are no UTF-8 cannot be a path. */
function pathOf(bytes: Buffer): string | undefined {
  const text = bytes.toString();
  return Buffer.from(text).equals(bytes) ? text : undefined;
}

/** One GET, and no white space that could begin another line. */
const REQUEST = /^GET \/\S* HTTP\/1\.1\r\nHost: \S+\r\n\r\n$/;
/** With data/ota.json before it: server and board are the owner's words, and go into the request as they are. */
const OWNERS = /^GET \/.* HTTP\/1\.1\r\nHost: .+\r\n\r\n$/s;
const SETTINGS = '3';

const RULES: Readonly<Record<string, (words: readonly string[], first: Buffer) => string | undefined>> = {
  h: ([proved], bytes) =>
    proved === 'False' && !SIGNED.has(body(bytes)) ? 'a forged head is trusted' : undefined,
  r: ([proved], bytes) =>
    proved === 'False' && !SIGNED.has(body(bytes)) ? 'a forged root is trusted' : undefined,
  p: ([fine], bytes) => {
    const path = pathOf(bytes);
    const want = path !== undefined && allowed(path);
    return (fine === 'True') === want ? undefined : `the server says ${want}, the device ${fine}`;
  },
  m: ([, , , names = '']) => {
    const wrong = names.split(',').filter((name) => name !== '' && !allowed(hex(name)));
    return wrong.length === 0 ? undefined : `a step for ${JSON.stringify(wrong.map(hex))}`;
  },
  d: ([asked = '', url = '', request = '']) => {
    if (asked === 'none') return undefined;
    if (!hex(url).startsWith('http://192.168.1.9:')) return `asks ${hex(url)}`;
    return request === '' || REQUEST.test(hex(request)) ? undefined : `sends ${JSON.stringify(hex(request))}`;
  },
  u: ([done = '', what = '']) => {
    if (done === 'None') return undefined;
    const staged = what.split(',').map((word) => word.slice(word.indexOf(':') + 1));
    return staged.every((hash) => STAGED.has(hash)) ? undefined : `has committed ${what}`;
  },
};

/** The fault, if this outcome is one. */
export function fault({ kind, pieces }: Case, line: string): string | undefined {
  const words = line.split(' ');
  if (/OUTSIDE|wrong:/.test(line)) return line;
  if (kind >= '0' && kind <= '9') {
    const request = hex(words[1] ?? '');
    const rule = kind === SETTINGS ? OWNERS : REQUEST;
    return request === '' || rule.test(request) ? undefined : `sends ${JSON.stringify(request)}`;
  }
  return RULES[kind]?.(words, pieces[0] ?? Buffer.alloc(0));
}
