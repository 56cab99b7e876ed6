/** What can be told of the pages without a plug: their size, their contrast, the rules that the browser finds for its zone. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const PAGES = fileURLToPath(new URL('../../../device/plug/', import.meta.url));
const text = (name: string) => readFileSync(join(PAGES, name), 'utf8');
const BUDGET = 22 * 1024;

t.test('all pages together fit into 22 KB, and no line needs much memory', (t) => {
  const names = readdirSync(PAGES).filter((name) => !name.endsWith('.py'));
  t.strictSame(names.sort(), ['app.css', 'app.js', 'pages.html'], 'each takes blocks of flash');
  const bytes = names.reduce((sum, name) => sum + Buffer.byteLength(text(name)), 0);
  t.ok(bytes <= BUDGET, `${bytes} bytes`);
  for (const line of text('pages.html').split('\n')) t.ok(line.length <= 256, line);
  t.notMatch(
    text('pages.html'),
    / on\w+=|https?:\/\/(?!www\.w3\.org)|style=/,
    'nothing inline, nothing from elsewhere',
  );
  t.end();
});

/** WCAG 2.2: relative luminance and contrast. */
function luminance(hex: string): number {
  const full = hex.length === 4 ? [...hex.slice(1)].map((c) => c + c) : (hex.slice(1).match(/../g) ?? []);
  const [r = 0, g = 0, b = 0] = full.map((pair) => {
    const c = Number.parseInt(pair, 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

t.test('contrast is AA, light and dark', (t) => {
  t.equal(contrast('#fff', '#000'), 21);
  const roots = [...text('app.css').matchAll(/:root\{([^}]*)\}/g)].map(([, vars = '']) =>
    Object.fromEntries([...vars.matchAll(/--(\w+):(#\w+)/g)].map(([, name, value]) => [name, value])),
  );
  t.equal(roots.length, 2);
  for (const [i, colours] of roots.entries()) {
    for (const [front, back, least] of [
      ['text', 'bg', 4.5],
      ['text', 'card', 4.5],
      ['soft', 'bg', 4.5],
      ['soft', 'card', 4.5],
      ['accent', 'bg', 4.5],
      ['accent', 'card', 4.5],
      ['ink', 'accent', 4.5],
      ['bad', 'card', 4.5],
      ['edge', 'card', 3],
      ['edge', 'bg', 3],
    ] as const) {
      const ratio = contrast(String(colours[front]), String(colours[back]));
      t.ok(ratio >= least, `${i ? 'dark' : 'light'}: ${front} on ${back} ${ratio.toFixed(2)}`);
    }
  }
  t.end();
});

t.test('S1.53 S1.73 the rule of a zone as the browser finds it', (t) => {
  const [functions = ''] = text('app.js').split('const [power, area, hint]');
  const posix = new Function(`${functions}; return posix`)() as (
    zone: string,
    minute: number,
  ) => [rule: string, exact: boolean];
  const at = (time: string) => Date.parse(time) / 60_000;
  for (const [zone, rule] of [
    ['Europe/Berlin', '<+0100>-1<+0200>-2,M3.5.0/2,M10.5.0/3'],
    ['Europe/London', '<+0000>0<+0100>-1,M3.5.0/1,M10.5.0/2'],
    ['America/New_York', '<-0500>5<-0400>4,M3.2.0/2,M11.1.0/2'],
    ['America/St_Johns', '<-0330>3:30<-0230>2:30,M3.2.0/2,M11.1.0/2'],
    ['America/Santiago', '<-0400>4<-0300>3,M9.1.6/24,M4.1.6/24'],
    ['Australia/Sydney', '<+1000>-10<+1100>-11,M10.1.0/2,M4.1.0/3'],
    ['Australia/Lord_Howe', '<+1030>-10:30<+1100>-11,M10.1.0/2,M4.1.0/2'],
    ['Asia/Jerusalem', '<+0200>-2<+0300>-3,M3.4.4/26,M10.5.0/2'],
    ['America/Nuuk', '<-0200>2<-0100>1,M3.5.0/-1,M10.5.0/0'],
    ['Asia/Kolkata', '<+0530>-5:30'],
    ['Asia/Kathmandu', '<+0545>-5:45'],
    ['Pacific/Kiritimati', '<+1400>-14'],
    ['UTC', '<+0000>0'],
  ] as const) {
    t.strictSame(posix(zone, at('2026-11-20T12:00Z')), [rule, true], zone);
  }
  const morocco = (time: string) => posix('Africa/Casablanca', at(time));
  t.strictSame(morocco('2026-11-20T12:00Z'), ['<+0100>-1', false], 'no POSIX rule knows Ramadan');
  t.strictSame(morocco('2026-03-01T12:00Z'), ['<+0000>0', false], 'what holds at that moment');
  t.end();
});
