/** Pages of a plug in a real browser, through the plug's real socket. Pictures of them are kept in .soft-ota/screenshots/. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import type { Test } from 'tap';
import { have } from '../programs.js';

const PICTURES = fileURLToPath(new URL('../../../.soft-ota/screenshots/', import.meta.url));
const FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const SIZES = { phone: { width: 360, height: 740 }, desktop: { width: 1280, height: 800 } };

/** Runs in the page: what can be reached by keyboard, and which of it has no name for a screen reader. */
export const LOOK = `(() => {
  const shown = [...document.querySelectorAll('input,select,textarea,button,a')].filter((e) => e.checkVisibility() && e.tabIndex >= 0);
  const nameless = shown.filter((e) => !e.textContent.trim() && !e.labels?.length && !e.getAttribute('aria-label'));
  const unlabelled = shown.filter((e) => e.matches('select,textarea') && !e.labels?.length && !e.getAttribute('aria-label'));
  return {
    nameless: [...nameless, ...unlabelled].map((e) => e.outerHTML),
    count: shown.length,
    width: document.documentElement.scrollWidth,
    h1: document.querySelectorAll('h1').length,
    lang: document.documentElement.lang,
  };
})()`;
/** What `LOOK` finds on a phone when all is well. */
export const WELL = { nameless: [], width: SIZES.phone.width, h1: 1, lang: 'en' };

export async function openBrowser(
  t: Pick<Test, 'teardown'>,
  flags: readonly string[] = [],
): Promise<Browser> {
  mkdirSync(PICTURES, { recursive: true });
  const browser = await chromium.launch({
    executablePath: have('chromium'),
    args: [...FLAGS, ...flags],
  });
  t.teardown(() => browser.close());
  return browser;
}

/** A visitor of his own, with a phone; an error of a script fails the test. */
export async function visit(
  t: Pick<Test, 'teardown' | 'fail'>,
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({
    viewport: SIZES.phone,
    timezoneId: 'Europe/Berlin',
    ...options,
  });
  t.teardown(() => context.close());
  const page = await context.newPage();
  page.on('pageerror', (error) => t.fail(error.message));
  await page.goto(url);
  return page;
}

/** Saves what the page looks like at this moment. */
export async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
}

/** Light and dark, phone and desktop. */
export async function pictures(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.setViewportSize(viewport);
      await picture(page, `${name}-${size}-${colorScheme}`);
    }
  }
}

/** Three requests and 12 KB, with heads, are each of these pages to a browser that knows nothing yet. */
export async function weigh(
  t: Pick<Test, 'ok' | 'comment'>,
  page: Page,
  urls: readonly string[],
): Promise<void> {
  const client = await page.context().newCDPSession(page);
  await client.send('Network.enable');
  await client.send('Network.setCacheDisabled', { cacheDisabled: true });
  let sizes: number[] = [];
  let requests: string[] = [];
  client.on('Network.loadingFinished', ({ encodedDataLength }) => {
    if (encodedDataLength > 0) sizes.push(encodedDataLength); // what lies inside of the page has none
  });
  page.on('request', (request) => {
    if (!/\/state$|^data:/.test(request.url())) requests.push(request.url());
  });
  for (const url of urls) {
    sizes = [];
    requests = [];
    await page.goto(url);
    while (sizes.length < requests.length) await page.waitForTimeout(10);
    const bytes = sizes.slice(0, requests.length).reduce((sum, size) => sum + size, 0);
    t.comment(`${new URL(url).pathname}: ${requests.length} requests, ${bytes} bytes with heads`);
    t.ok(requests.length <= 3, requests.join(' '));
    t.ok(bytes <= 12 * 1024, `${bytes} bytes`);
  }
}
