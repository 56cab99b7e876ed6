/** The page for people in a real browser: what devices report, and the button. Pictures of it are kept in .soft-ota/screenshots/. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { have } from '../../programs.js';
import { makeTestRelease } from '../../release/made-release.js';
import { enrolled, MASTER, makeServer } from '../made-server.js';

const PICTURES = fileURLToPath(new URL('../../../../.soft-ota/screenshots/', import.meta.url));
const FLAGS = ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking'];
const RELEASE = makeTestRelease({ 'main.py': 'a', 'plug/web.mpy': 'b' }, { number: 1_795_245_066 });
const BAD = `have=1795240000&board=s20&fw=1.27.0&bad=${RELEASE.number}`;
const NASTY = '<img src=x onerror="document.title=1"> \x1b[31m ValueError: a long word '.padEnd(200, 'x');

mkdirSync(PICTURES, { recursive: true });
const browser: Browser = await chromium.launch({ executablePath: have('chromium'), args: FLAGS });
t.teardown(() => browser.close());

async function makeHouse(t: Test) {
  const server = await makeServer(t, RELEASE, { master: MASTER });
  const tell = async (path: string) => {
    await (await fetch(`${server.base}${path}`)).arrayBuffer();
  };
  await tell(enrolled('kitchen-lamp', `have=${RELEASE.number}&board=s20&fw=1.27.0`));
  await tell(enrolled('c0ffee001122', `have=${RELEASE.number}&board=s20&fw=1.27.0&state=trial`));
  await tell(enrolled('5afe5afe5afe', 'have=1795240000&board=s20&fw=1.27.0&state=safe&error=ImportError'));
  await tell(`/6/head?id=${'stranger-'.repeat(6)}&${BAD}&error=made%20up`);
  await tell(enrolled('7c9ebd11aabb', `${BAD}&error=${encodeURIComponent(NASTY)}`));
  await tell(enrolled('7c9ebd11aacc', `${BAD}&error=MemoryError%3A%20memory%20allocation%20failed`));
  return server;
}

async function look(t: Test, base: string, width: number, colorScheme: 'light' | 'dark'): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme });
  t.teardown(() => context.close());
  const page = await context.newPage();
  page.on('pageerror', (error) => t.fail(error.message));
  await page.goto(base);
  await page.getByText('is held back').waitFor();
  return page;
}

t.test('S1.21 the page shows who undid the release, and lets the operator resume it', async (t) => {
  const { base, fleet } = await makeHouse(t);
  const page = await look(t, base, 1280, 'light');
  const text = await page.locator('body').innerText();
  for (const words of [
    'Release 1795245066 is held back',
    '2 devices have undone it, 1 device runs it',
    'on trial',
    'in safe mode',
    'has undone release 1795245066',
    'unproven',
    'MemoryError: memory allocation failed',
    '<img src=x onerror=',
  ]) {
    t.ok(text.includes(words), words);
  }
  t.equal(await page.title(), 'soft-ota', 'what a device says is text');
  t.equal(await page.locator('img').count(), 0);
  t.notOk(text.includes('\x1b'));
  await page.getByRole('button', { name: 'Let it go on' }).click();
  await page.locator('#halt').waitFor({ state: 'hidden' });
  t.notOk(fleet.reports.health.halted);
  t.match(await page.locator('#failures').innerText(), /7c9ebd11aacc: .*MemoryError/s, 'still shown');
});

t.test('S1.21 from another computer: no button, but what to type', async (t) => {
  const { base, fleet } = await makeHouse(t);
  const page = await look(t, base, 360, 'light');
  await page.route('**/status.json', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ json: { ...(await answer.json()), operator: false } });
  });
  await page.getByText('npm run resume').waitFor();
  t.equal(await page.getByRole('button').count(), 0);
  t.ok(fleet.reports.health.halted);
});

t.test('the page fits a phone and a desktop, in light and dark', async (t) => {
  const { base } = await makeHouse(t);
  for (const width of [360, 1280]) {
    for (const scheme of ['light', 'dark'] as const) {
      const page = await look(t, base, width, scheme);
      const scroll = await page.evaluate('document.documentElement.scrollWidth');
      t.ok(Number(scroll) <= width, `${scroll} of ${width} pixels`);
      await page.screenshot({ path: join(PICTURES, `console-${width}-${scheme}.png`), fullPage: true });
    }
  }
});
