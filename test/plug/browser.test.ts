/** The page in a real browser, through the plug's real socket. Pictures of it are kept in .soft-ota/screenshots/. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { have } from '../apt.js';
import type { Plug } from './house.js';
import { online, setTime } from './raw.js';

const PICTURES = fileURLToPath(new URL('../../../.soft-ota/screenshots/', import.meta.url));
const FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const BERLIN = { tz: '<+0100>-1<+0200>-2,M3.5.0/2,M10.5.0/3', zone: 'Europe/Berlin' };
const SETTINGS = {
  plug: { name: 'kitchen-lamp', ...BERLIN },
  timers: {
    active: true,
    rows: [
      [390, 480, 31],
      [540, 660, 96],
      [1050, 1380, 127],
    ],
  },
};
const SIZES = { phone: { width: 360, height: 740 }, desktop: { width: 1280, height: 800 } };
const PAGES = ['', 'timers', 'settings', 'wifi', 'mqtt', 'internals'];

/** Runs in the page: what can be reached by keyboard, and which of it has no name for a screen reader. */
const LOOK = `(() => {
  const shown = [...document.querySelectorAll('input,select,textarea,button,a')].filter((e) => e.checkVisibility() && e.tabIndex >= 0);
  const nameless = shown.filter((e) => !e.textContent.trim() && !e.labels?.length && !e.getAttribute('aria-label'));
  return {
    nameless: nameless.map((e) => e.outerHTML),
    count: shown.length,
    width: document.documentElement.scrollWidth,
    h1: document.querySelectorAll('h1').length,
    lang: document.documentElement.lang,
  };
})()`;

mkdirSync(PICTURES, { recursive: true });
const browser: Browser = await chromium.launch({ executablePath: await have('chromium'), args: FLAGS });
t.teardown(() => browser.close());
/** Used by all tests that need no time of their own. */
const plug = await online(t, { settings: SETTINGS });
await setTime(plug, '2026-11-21T18:20:00Z');

async function visit(
  t: Pick<Test, 'teardown' | 'fail'>,
  path: string,
  options: BrowserContextOptions = {},
  at: Plug = plug,
): Promise<Page> {
  const context = await browser.newContext({
    viewport: SIZES.phone,
    timezoneId: 'Europe/Berlin',
    ...options,
  });
  t.teardown(() => context.close());
  const page = await context.newPage();
  page.on('pageerror', (error) => t.fail(error.message));
  await page.goto(at.url + path);
  return page;
}

t.test('S1.50 on and off with scripts: no reload, and the button on the plug shows at once', async (t) => {
  const page = await visit(t, '/');
  t.equal(await page.title(), 'kitchen-lamp');
  t.equal(await page.locator('h1').textContent(), 'kitchen-lamp');
  await page.evaluate(() => Object.assign(globalThis, { same: true }));
  const before = plug.relay();
  await page.getByRole('button', { name: before ? 'Switch off' : 'Switch on' }).click();
  await page.getByText(before ? 'Off' : 'On', { exact: true }).waitFor();
  t.equal(plug.relay(), !before);
  plug.press();
  await page.getByText(before ? 'On' : 'Off', { exact: true }).waitFor({ timeout: 60_000 });
  t.equal(plug.relay(), before, 'the button');
  t.ok(await page.evaluate(() => 'same' in globalThis), 'the page was not loaded again');
  t.match(await page.locator('#next').textContent(), /^Switches (on|off) .*at \d\d:\d\d, in/);
});

t.test('S1.50 on and off without scripts', async (t) => {
  const page = await visit(t, '/', { javaScriptEnabled: false });
  for (const word of ['on', 'off', 'on']) {
    if ((await page.locator('#state').textContent())?.toLowerCase() === word) continue;
    await page.getByRole('button', { name: `Switch ${word}` }).click();
    await page.locator('#state', { hasText: new RegExp(word, 'i') }).waitFor();
    t.equal(plug.relay(), word === 'on');
  }
});

t.test('S1.60 S1.68 a timer is set in the page, and the relay switches at its time', async (t) => {
  const driven = await online(t, { clock: 'driven', settings: { plug: SETTINGS.plug } });
  await driven.setTime('2026-11-23T05:28:00Z');
  await driven.advance(3000);
  const page = await visit(t, '/timers', {}, driven);
  await page.getByRole('button', { name: 'Add a range' }).click();
  await page.getByLabel('From').fill('06:30');
  await page.getByLabel('Until').fill('06:32');
  await page.locator('#rows').getByLabel('Tu').uncheck({ force: true });
  await page.getByLabel('Timers are active').check();
  t.match(await page.locator('.week').getAttribute('aria-label'), 'On: Mo 06:30 to 06:32; Tu off; We 06:30');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  t.strictSame(driven.json('timers').rows, [[390, 392, 0b1111101]]);
  await page.waitForFunction("document.querySelector('input[type=time]')?.value === '06:30'");
  t.equal(driven.relay(), false, 'Monday 06:28 in Berlin');
  await driven.advance(100_000);
  t.equal(driven.relay(), false);
  await driven.advance(30_000);
  t.equal(driven.relay(), true);
  await driven.advance(130_000);
  t.equal(driven.relay(), false);
});

t.test('S1.51 timers: rows and text are two views of the same; an error keeps what was typed', async (t) => {
  const page = await visit(t, '/timers');
  t.equal(await page.locator('.row').count(), 3);
  await page.getByText('As text').click();
  await page.locator('#timers').fill('06:00 - 08:00 Mo\n22:00 - 06:00\n23:00 - 24:00');
  t.equal(await page.locator('.row').count(), 3);
  await page.locator('.row').nth(1).getByRole('button', { name: 'Remove' }).click();
  t.equal(await page.locator('#timers').inputValue(), '06:00 - 08:00 Mo\n23:00 - 00:00');
  await page.locator('.row').first().getByRole('button', { name: 'All days' }).click();
  t.match(await page.locator('#timers').inputValue(), '06:00 - 08:00\n');
  await page.locator('#timers').fill('06:00 - 8:75');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('alert').waitFor();
  t.match(await page.locator('#etimers').textContent(), 'Line 1');
  t.equal(await page.locator('#timers').inputValue(), '06:00 - 8:75');
  t.equal(await page.locator('#timers').getAttribute('aria-invalid'), 'true');
  await page.screenshot({ path: join(PICTURES, 'error-timers.png'), fullPage: true });
});

t.test('S1.51 timers without scripts: the text and a spare row', async (t) => {
  const page = await visit(t, '/timers', { javaScriptEnabled: false });
  await page.locator('#timers').fill('06:00 - 08:00 Mo Tu');
  await page.getByLabel('From').fill('20:00');
  await page.getByLabel('Until').fill('21:00');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  t.equal(await page.locator('#timers').inputValue(), '06:00 - 08:00 Mo Tu\n20:00 - 21:00');
});

t.test('S1.53 S1.72 the zone of the browser is proposed with its rule', async (t) => {
  const page = await visit(t, '/settings', { timezoneId: 'Asia/Kathmandu' });
  t.match(await page.locator('#hint').textContent(), /Asia\/Kath?mandu/);
  t.equal(await page.locator('#zone').inputValue(), 'Europe/Berlin', 'a zone that was chosen stays');
  await page.getByRole('button', { name: 'Use it' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  t.match(plug.json('plug'), { zone: /Asia\/Kath?mandu/, tz: '<+0545>-5:45' });
  t.match(await page.locator('main').textContent(), 'UTC+05:45');
  t.notOk(await page.locator('#hint').isVisible(), 'nothing more to propose');
  await page.locator('#zone').fill('UTC');
  await page.locator('#tz').fill('UTC0');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  const fresh = await visit(t, '/settings', { timezoneId: 'America/New_York' });
  t.equal(
    await fresh.locator('#tz').inputValue(),
    '<-0500>5<-0400>4,M3.2.0/2,M11.1.0/2',
    'nobody has chosen yet',
  );
  await plug.post('/settings', { called: 'kitchen-lamp', level: '0', ntp: '127.0.0.1', ...BERLIN });
});

t.test('S1.52 S1.43 errors stand beside their fields, and what was typed is kept', async (t) => {
  const page = await visit(t, '/settings');
  await page.locator('#called').fill('no good');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('alert').waitFor();
  t.match(await page.locator('#ecalled').textContent(), 'no-good');
  t.equal(await page.locator('#called').inputValue(), 'no good');
  await page.screenshot({ path: join(PICTURES, 'error-settings.png'), fullPage: true });
  await page.goto(`${plug.url}/wifi`);
  await page.getByRole('button', { name: 'Look for networks' }).click();
  await page.getByText('In sight:').waitFor();
  await page.locator('#essid').fill('Garden <3 & Ümlaut');
  await page.locator('#password').fill('12345678 +%&=');
  await page.getByRole('button', { name: 'Add' }).click();
  await page.getByText('Garden <3 & Ümlaut').waitFor();
  t.strictSame(plug.json('wifi').networks, [
    ['home', 'correct horse'],
    ['Garden <3 & Ümlaut', '12345678 +%&='],
  ]);
  t.equal(await page.locator('#password').inputValue(), '');
});

t.test('three requests and 12 KB are a page, for every page', async (t) => {
  const page = await visit(t, '/mqtt');
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
  for (const path of PAGES) {
    sizes = [];
    requests = [];
    await page.goto(`${plug.url}/${path}`);
    while (sizes.length < requests.length) await page.waitForTimeout(10);
    const bytes = sizes.slice(0, requests.length).reduce((sum, size) => sum + size, 0);
    t.comment(`/${path}: ${requests.length} requests, ${bytes} bytes with heads`);
    t.ok(requests.length <= 3, requests.join(' '));
    t.ok(bytes <= 12 * 1024, `${bytes} bytes`);
  }
});

t.test('labels for screen readers, all by keyboard, nothing wider than a phone', async (t) => {
  const page = await visit(t, '/');
  for (const path of PAGES) {
    await page.goto(`${plug.url}/${path}`);
    const found = (await page.evaluate(LOOK)) as { count: number };
    t.match(found, { nameless: [], width: 360, h1: 1, lang: 'en' }, path);
  }
  await page.goto(`${plug.url}/`);
  const reached: unknown[] = [];
  for (let i = 0; i < 6; i++) {
    await page.keyboard.press('Tab');
    reached.push(await page.evaluate('(e => e.ariaLabel || e.textContent)(document.activeElement)'));
  }
  t.match(reached, [/^Switch o/, 'Timers', 'Settings', 'Wi-Fi', 'MQTT', 'Internals']);
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/mqtt');
});

t.test('pictures of every page, light and dark, phone and desktop', async (t) => {
  await plug.post('/timers', {
    timers: '06:30 - 08:00 Mo Tu We Th Fr\n09:00 - 11:00 Sa Su\n17:30 - 23:00\n22:00 - 00:30 Fr',
    active: 'on',
    a: '0,1,2,3,4,5,6',
  });
  await plug.post('/on');
  const page = await visit(t, '/');
  for (const path of PAGES) {
    await page.goto(`${plug.url}/${path}`);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const [size, viewport] of Object.entries(SIZES)) {
        await page.setViewportSize(viewport);
        const name = `${path || 'menu'}-${size}-${colorScheme}.png`;
        await page.screenshot({ path: join(PICTURES, name), fullPage: true });
      }
    }
  }
  t.pass('in .soft-ota/screenshots/');
});
