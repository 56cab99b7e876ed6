/** The page in a real browser. */
import type { BrowserContextOptions, Page } from 'playwright-core';
import t, { type Test } from 'tap';
import type { Plug } from './plug-fixture.js';
import { online, setTime } from './raw-http.js';
import { LOOK, openBrowser, picture, pictures, visit as visitPlug, WELL, weigh } from './visit.js';

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
const PAGES = ['', 'timers', 'settings', 'wifi', 'mqtt', 'internals'];

const browser = await openBrowser(t);
/** One for all tests that need no time of their own, and one for restarts and a password. */
const [plug, own] = await Promise.all([online(t, { settings: SETTINGS }), online(t)]);
await setTime(plug, '2026-11-21T18:20:00Z');

function visit(t: Test, path: string, options: BrowserContextOptions = {}, at: Plug = plug): Promise<Page> {
  return visitPlug(t, browser, at.url + path, options);
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
  await picture(page, 'error-timers');
});

t.test('S1.51 timers without scripts: the text and a spare row', async (t) => {
  const page = await visit(t, '/timers', { javaScriptEnabled: false });
  await page.locator('#timers').fill('06:00 - 08:00 Mo Tu');
  await page.getByLabel('From').fill('20:00');
  await page.getByLabel('Until').fill('21:00');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  t.equal(await page.locator('#timers').inputValue(), '06:00 - 08:00 Mo Tu\n20:00 - 21:00\n');
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
  await picture(page, 'error-settings');
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

t.test('S0.6 MQTT: what was typed is saved and shown again, but for the password', async (t) => {
  const page = await visit(t, '/mqtt');
  const typed = { host: '127.0.0.1', port: '9', user: 'me & you', main: 'home/kitchen', id: 'plug-1' };
  for (const [id, text] of Object.entries({ ...typed, password: 's&cret + 1', feed: 'home/feed' }))
    await page.locator(`#${id}`).fill(text);
  await page.getByLabel('Home Assistant').check();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  t.match(plug.json('mqtt'), { ...typed, port: 9, password: 's&cret + 1', feed: 'home/feed', ha: true });
  for (const [id, text] of Object.entries({ ...typed, password: '' }))
    t.equal(await page.locator(`#${id}`).inputValue(), text, id);
  await page.getByLabel('Home Assistant').uncheck();
  await page.getByLabel('No password any more').check();
  await page.getByLabel('Host').fill('');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('MQTT is off').waitFor();
  t.match(plug.json('mqtt'), { host: '', password: '', ha: false });
});

t.test('S1.56 the LED is dimmed by its slider', async (t) => {
  const page = await visit(t, '/settings');
  const slider = page.getByRole('slider', { name: 'LED' });
  t.equal(await slider.inputValue(), '0');
  const { x = 0, y = 0, width = 0, height = 0 } = (await slider.boundingBox()) ?? {};
  await page.mouse.click(x + width - 4, y + height / 2);
  await slider.press('ArrowLeft');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  t.equal(plug.json('plug').level, 2);
  t.equal(await slider.inputValue(), '2');
});

t.test('S1.22 S1.55 S1.83 orders: counters from 0, a restart that wants to be sure, an update', async (t) => {
  const resets = () => own.board.events.filter(({ event }) => event === 'reset').length;
  await own.ask('__import__("plug").write(8, bytes([3]))');
  const page = await visit(t, '/internals', {}, own);
  t.match(await page.locator('main').textContent(), /, 3 restarts/);
  await page.getByRole('button', { name: 'Clear' }).click();
  await page.getByText(', 0 restarts').waitFor();
  await page.getByRole('button', { name: 'Restart' }).click();
  t.ok(await page.locator('[name=sure]:invalid:focus').count(), 'the browser asks for the tick');
  await page.getByLabel('Yes, restart the plug.').check();
  t.equal(resets(), 0);
  await page.getByRole('button', { name: 'Restart' }).click();
  await back(own, resets, 1);
  await page.goto(`${own.url}/internals`);
  t.match(await page.locator('main').textContent(), 'reason: page');
  await page.getByRole('button', { name: 'Update now' }).click();
  await page.getByText('The plug restarts.').waitFor();
  await back(own, resets, 2);
  await page.goto(`${own.url}/internals`);
  t.match(await page.locator('main').textContent(), 'reason: update by hand');
});

/** Waits until the plug has restarted so many times and its page is up. */
async function back(plug: Plug, resets: () => number, count: number): Promise<void> {
  const answers = async () => (await plug.get('/app.css').catch(() => undefined))?.ok === true;
  await plug.until(
    async () => resets() === count && plug.board.url !== undefined && (await answers()),
    'the page',
  );
}

t.test('S1.58 a password of the page: asked for from the next look on, until there is none', async (t) => {
  const stranger = await visit(t, '/settings', {}, own);
  await stranger.getByLabel('New password').fill('grün: & 100%');
  const [next] = await Promise.all([
    stranger.waitForResponse((response) => response.request().method() === 'GET'),
    stranger.getByRole('button', { name: 'Save' }).click(),
  ]);
  t.equal(next.status(), 401);
  const httpCredentials = { username: 'me', password: 'grün: & 100%' };
  const page = await visit(t, '/settings', { httpCredentials }, own);
  await page.getByText('A password is set.').waitFor();
  await page.goto(`${own.url}/`);
  await page.getByRole('button', { name: 'Switch on' }).click();
  await page.getByText('On', { exact: true }).waitFor();
  t.equal(own.relay(), true);
  await page.goto(`${own.url}/settings`);
  await page.getByLabel('No password any more').check();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  await stranger.goto(`${own.url}/settings`);
  t.match(await stranger.locator('main').textContent(), 'Everybody in your network');
});

t.test('three requests and 12 KB are a page, for every page', async (t) => {
  const page = await visit(t, '/mqtt');
  const urls = PAGES.map((path) => `${plug.url}/${path}`);
  await weigh(t, page, urls);
});

t.test('labels for screen readers, all by keyboard, nothing wider than a phone', async (t) => {
  const page = await visit(t, '/');
  for (const path of PAGES) {
    await page.goto(`${plug.url}/${path}`);
    t.match(await page.evaluate(LOOK), WELL, path);
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
    await pictures(page, path || 'menu');
  }
  await plug.ask('setattr(house, "waiting", "7")'); // it goes on waiting, for the relay is on
  await page.goto(`${plug.url}/`);
  t.ok(await page.getByText('An update is waiting.').isVisible());
  await pictures(page, 'menu-waiting');
});
