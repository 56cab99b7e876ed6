/** Shows /status.json and keeps it up to date. Everything from the server goes into the page as text, never as HTML. */

const PERIOD_MS = 2000;
const BUILD_WORDS = { building: 'building…', ready: 'ready', failed: 'the last build failed' };
const DEVICE_CLASSES = {
  'device current': 'good',
  'device updated': 'good',
  'device refused': 'bad',
  'device left': 'warn',
};

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

function showBuild({ state, code, message }, release) {
  const rest = state === 'failed' && release ? `; release ${release.number} is still served` : '';
  find('state').textContent = (BUILD_WORDS[state] ?? state) + rest;
  find('state').className = state;
  find('fault').hidden = state !== 'failed';
  find('fault').textContent = state === 'failed' ? `${code}\n${message}` : '';
}

function showRelease(release) {
  const facts = release && [
    ['Number', release.number],
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

function showDevices({ devices, seen, connected }, current) {
  find('none').hidden = devices.length > 0;
  find('devices').hidden = devices.length === 0;
  find('count').textContent = seen > 0 ? `${seen} seen, ${connected} connected` : '';
  find('devices').tBodies[0].replaceChildren(...devices.map((device) => deviceRow(device, current)));
}

function deviceRow({ id, board = '', fw = '', have, state, message = '', seen }, current) {
  const words = state.replace('device ', '') + (message === '' ? '' : `: ${message}`);
  return row([
    element('td', id, 'name'),
    element('td', words, DEVICE_CLASSES[state] ?? 'warn'),
    labelled('Had release', have === 0 ? 'none' : (have ?? ''), have === current ? 'good' : ''),
    labelled('Board', board),
    labelled('MicroPython', fw),
    seenCell(seen),
  ]);
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

async function refresh() {
  try {
    const response = await fetch('status.json');
    const status = await response.json();
    showBuild(status.build, status.release);
    showRelease(status.release);
    showDevices(status, status.release?.number);
  } catch {
    find('state').textContent = 'the server does not answer';
    find('state').className = 'lost';
  }
  // A page that nobody looks at asks nothing.
  if (document.hidden) document.addEventListener('visibilitychange', refresh, { once: true });
  else setTimeout(refresh, PERIOD_MS);
}

refresh();
