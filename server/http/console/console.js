/** Shows /status.json and keeps it up to date. Everything from the server goes into the page as text, never as HTML. */

const PERIOD_MS = 2000;
const BUILD_WORDS = { building: 'building…', ready: 'ready', failed: 'the last build failed' };
/** Whatever is neither is on its way. */
const DEVICE_CLASSES = { 'device current': 'good', 'device refused': 'bad' };

const find = (id) => document.getElementById(id);

function element(name, text = '', className = '') {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
}

function row(cells) {
  const made = document.createElement('tr');
  made.append(...cells);
  return made;
}

function showBuild({ state, code, message, polling }, release) {
  const rest = state === 'failed' && release ? `; release ${release.number} is still served` : '';
  find('state').textContent = (BUILD_WORDS[state] ?? state) + rest;
  find('state').className = state;
  find('polling').hidden = !polling;
  find('fault').hidden = state !== 'failed';
  find('fault').textContent = state === 'failed' ? `${code}\n${message}` : '';
}

function showHalt(release, operator) {
  find('halt').hidden = !release?.halted;
  if (!release?.halted) return;
  const runs = release.confirmed > 0 ? `, ${count(release.confirmed, 'runs', 'run')} it` : '';
  const undid = count(release.failed, 'has', 'have');
  say('halt-title', `Release ${release.number} is held back`);
  say(
    'halt-reason',
    `${undid} undone it${runs}. No other device gets it until you publish a better one, or let it go on.`,
  );
  find('resume').hidden = !operator;
  find('resume').dataset.release = release.number;
  find('resume-elsewhere').hidden = operator;
}

/** What is said already is not said again: a screen reader would read it every two seconds. */
function say(id, words) {
  if (find(id).textContent !== words) find(id).textContent = words;
}

function count(number, one, more) {
  return number === 1 ? `1 device ${one}` : `${number} devices ${more}`;
}

async function resume({ currentTarget: button }) {
  button.disabled = true;
  try {
    const response = await fetch(`resume?release=${button.dataset.release}`, { method: 'POST' });
    const { message = '' } = await response.json();
    say('resume-fault', message);
    if (response.ok) await show();
  } catch {
    say('resume-fault', 'The server does not answer.');
  }
  button.disabled = false;
}

function showFailures({ failed = 0, failures = [] } = {}) {
  find('failures').hidden = failed === 0;
  const lines = failures.toReversed().map(({ device, error }) => {
    const line = element('li', `${device}${error === '' ? '' : ': '}`);
    line.append(element('q', error));
    return line;
  });
  if (failed > failures.length) lines.push(element('li', `and ${failed - failures.length} more`));
  find('failures')
    .querySelector('ul')
    .replaceChildren(...lines);
}

function showRelease(release) {
  const facts = release && [
    ['Number', release.number],
    ['Confirmed by', count(release.confirmed, '', '').trim()],
    ['Key', release.key],
    ['Sources of', new Date(release.created * 1000).toLocaleString()],
  ];
  const pairs = (facts ?? [['Number', 'none yet']]).flatMap(([name, value]) => [
    element('dt', name),
    element('dd', value),
  ]);
  find('release').replaceChildren(...pairs);
  const open = new Set([...document.querySelectorAll('details[open]')].map((details) => details.dataset.abi));
  find('sets').replaceChildren(
    ...(release?.sets ?? []).map((set) => showSet(set, open.has(String(set.abi)))),
  );
}

function showSet({ abi, boards, python, bytes, files }, isOpen) {
  const details = document.createElement('details');
  details.dataset.abi = abi;
  details.open = isOpen;
  const kind = `MicroPython ${python} or newer (.mpy ${abi})`;
  const who = boards.includes('*') ? 'all boards' : boards.join(', ');
  details.append(
    element('summary', `${kind}, ${who}: ${files.length} files, ${bytes.toLocaleString()} bytes`),
  );
  const table = document.createElement('table');
  table.append(
    ...files.map(({ path, size }) =>
      row([element('td', path), element('td', size.toLocaleString(), 'size')]),
    ),
  );
  details.append(table);
  return details;
}

function showDevices({ devices, seen, current, connected }) {
  find('none').hidden = devices.length > 0;
  find('devices').hidden = devices.length === 0;
  find('count').textContent = seen > 0 ? `${seen} seen, ${current} current, ${connected} connected` : '';
  find('devices').tBodies[0].replaceChildren(...devices.map(deviceRow));
}

function deviceRow(device) {
  const { board = '', fw = '', have, seen, state } = device;
  return row([
    nameCell(device),
    stateCell(device),
    labelled('Release', have === 0 ? 'none' : (have ?? ''), state === 'device current' ? 'good' : ''),
    labelled('Board', board),
    labelled('MicroPython', fw),
    seenCell(seen),
  ]);
}

function nameCell({ id, proven }) {
  const cell = element('td', id, 'name');
  if (!proven) {
    const mark = element('small', 'unproven', 'mark');
    mark.title = 'Nothing proves that it is this device: what it says of itself halts no release.';
    cell.append(' ', mark);
  }
  return cell;
}

const MODES = { trial: ['on trial', 'warn'], safe: ['in safe mode', 'bad'] };

function stateCell({ state, message = '', mode, bad, error = '' }) {
  const words = state.replace('device ', '') + (message === '' ? '' : `: ${message}`);
  const cell = element('td', words, DEVICE_CLASSES[state] ?? 'warn');
  const [modeWords, modeClass] = MODES[mode] ?? [];
  if (modeWords !== undefined) cell.append(element('div', modeWords, modeClass));
  if (bad !== undefined) cell.append(element('div', `has undone release ${bad}`, 'bad'));
  if (error !== '') cell.append(element('q', error, 'said'));
  return cell;
}

/** A cell that says what it is where a narrow screen has no room for the head of the table. */
function labelled(label, text, className = '') {
  const cell = element('td', text, className);
  cell.dataset.label = label;
  return cell;
}

function seenCell(seen) {
  const date = new Date(seen * 1000);
  const cell = labelled('Seen', ago(Date.now() / 1000 - seen), 'seen');
  cell.title = date.toLocaleString();
  return cell;
}

const UNITS = [
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
];
const WORDS = new Intl.RelativeTimeFormat('en', { numeric: 'always' });

/** The browser's clock may be behind the server's: what lies ahead is just now, too. */
function ago(seconds) {
  const [length, unit] = UNITS.find(([least]) => seconds >= least) ?? [];
  return unit === undefined ? 'just now' : WORDS.format(-Math.floor(seconds / length), unit);
}

async function show() {
  const response = await fetch('status.json');
  const status = await response.json();
  showBuild(status.build, status.release);
  showHalt(status.release, status.operator);
  showRelease(status.release);
  showFailures(status.release);
  showDevices(status);
}

async function refresh() {
  try {
    await show();
  } catch {
    find('state').textContent = 'the server does not answer';
    find('state').className = 'lost';
  }
  // A page that nobody looks at asks nothing.
  if (document.hidden) document.addEventListener('visibilitychange', refresh, { once: true });
  else setTimeout(refresh, PERIOD_MS);
}

find('resume').addEventListener('click', resume);
refresh();
