/** The setup of a plug that nobody has set up, in a real browser: what a phone shows when it has joined the plug's own Wi-Fi. */
import type { Locator, Page } from 'playwright-core';
import t from 'tap';
import { Plug } from './plug-fixture.js';
import { LOOK, openBrowser, picture, pictures, visit, WELL, weigh } from './visit.js';

const SECRET = 'pä&ss=w%rd+1 ✓';
const HOME = 'Zuhause & Garten';
const AIR = [
  { ssid: 'far', password: 'x'.repeat(8), rssi: -88 },
  { ssid: HOME, password: SECRET, rssi: -50 },
  { ssid: 'FRITZ!Box 7590 of the neighbours', password: 'x'.repeat(8), rssi: -70 },
];
/** Where phones look whether they are online. */
const PROBES = [
  'http://captive.apple.com/hotspot-detect.html',
  'http://detectportal.firefox.com/canonical.html',
];
const FIELDS = ['Network', 'Password', 'Name', 'Board', 'Update server', 'Broker', 'Main topic'];

const plug = await Plug.up(t, { settings: { wifi: undefined }, hardware: { air: AIR } });
/** Every name is the plug's, as its name server says. */
const browser = await openBrowser(t, [
  `--host-resolver-rules=${PROBES.map((url) => `MAP ${new URL(url).hostname} ${new URL(plug.url).host}`)}`,
]);

/** By the first word of its label: what follows there is help. */
function field(page: Page, label: string): Locator {
  return page.getByLabel(new RegExp(`^${label}`));
}

/** Types over what the field with the focus holds, then goes to the next one. */
async function type(page: Page, text: string): Promise<void> {
  await page.keyboard.press('Control+A');
  await page.keyboard.type(text);
  await page.keyboard.press('Tab');
}

t.test('S2.8 the page with which a phone looks whether it is online is the form', async (t) => {
  for (const probe of PROBES) {
    const page = await visit(t, browser, probe);
    t.equal(page.url(), probe);
    t.equal(await page.locator('h1').textContent(), 'Setup');
    const style = await page.evaluate('getComputedStyle(document.querySelector("section")).borderRadius');
    t.equal(style, '16px', 'with its style');
    if (probe !== PROBES[0]) continue;
    await field(page, 'Network').fill('far');
    await field(page, 'Password').fill('short');
    await page.getByRole('button', { name: 'Save and join' }).click();
    await page.getByText('8 to 63').waitFor();
    t.equal(page.url(), probe, 'the form may be sent from there');
  }
});

t.test('S2.1 the form: a label on every field, fit for a phone, all by keyboard, small', async (t) => {
  const page = await visit(t, browser, plug.url);
  t.match(await page.evaluate(LOOK), WELL);
  await pictures(page, 'portal');
  await page.keyboard.press('Tab');
  for (const name of FIELDS) {
    await page.keyboard.press('Tab');
    const label = await page.evaluate('document.activeElement.labels[0].firstChild.textContent.trim()');
    t.equal(label, name);
  }
  await page.keyboard.press('Tab');
  t.equal(await page.evaluate('document.activeElement.textContent'), 'Save and join');
  await weigh(t, page, [plug.url]);
});

t.test('S2.2 what is wrong stands beside its field, and what was typed is kept', async (t) => {
  const page = await visit(t, browser, plug.url);
  await field(page, 'Network').fill('My <own> & "hidden"');
  await field(page, 'Password').fill('short');
  await field(page, 'Name').fill('a b');
  await field(page, 'Board').selectOption('s31');
  await field(page, 'Broker').fill('broker:99999');
  await field(page, 'Main topic').fill('a/#');
  await page.getByRole('button', { name: 'Save and join' }).click();
  await page.getByRole('alert').waitFor();
  for (const [id, typed, wrong] of [
    ['essid', 'My <own> & "hidden"', undefined],
    ['password', '', /8 to 63/],
    ['device_name', 'a b', /letters/],
    ['board', 's31', undefined],
    ['broker_address', 'broker:99999', /65535/],
    ['main_topic', 'a/#', /no \+ and no #/],
  ] as const) {
    t.equal(await page.locator(`#${id}`).inputValue(), typed, id);
    t.equal(await page.locator(`#${id}`).getAttribute('aria-invalid'), wrong ? 'true' : null, id);
    if (wrong) t.match(await page.locator(`#${id} + #e${id}`).textContent(), wrong);
    else t.equal(await page.locator(`#e${id}`).count(), 0, id);
  }
  await picture(page, 'error-portal');
  t.match(await page.evaluate(LOOK), WELL);
  t.throws(() => plug.json('wifi'), 'nothing was saved');
});

t.test('S2.2 filled in by keyboard with a network in sight: confirmed, and the plug joins it', async (t) => {
  const page = await visit(t, browser, plug.url);
  const seen = await page
    .locator('#nets option')
    .evaluateAll((all) => all.map((e) => e.getAttribute('value')));
  t.strictSame(seen, [HOME, AIR[2]?.ssid, 'far'], 'the strongest first');
  await field(page, 'Network').focus();
  for (const text of [seen[0] ?? '', SECRET, 'kitchen-plug', 's26', '', '', 'home/kitchen'])
    await type(page, text);
  await page.keyboard.press('Enter');
  await page.getByText('The plug is joining your Wi-Fi').waitFor();
  t.match(await page.evaluate(LOOK), WELL);
  await pictures(page, 'joining');
  t.match(plug.json('wifi'), { networks: [[HOME, SECRET]] });
  t.match(plug.json('plug'), { name: 'kitchen-plug' });
  t.match(plug.json('mqtt'), { host: '', main: 'home/kitchen' });
  t.match(plug.json('ota'), { board: 's26' });
  await plug.until(() => plug.json('wifi').joined === true, 'it has joined');
  await page.goto(plug.url);
  t.equal(await page.locator('h1').textContent(), 'kitchen-plug');
});
