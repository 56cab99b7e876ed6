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

function showBuild({ state, code, message }) {
  find('state').textContent = BUILD_WORDS[state] ?? state;
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
    element('td', id),
    element('td', board),
    element('td', have ?? '', have === current ? 'good' : ''),
    element('td', fw),
    element('td', words, DEVICE_CLASSES[state] ?? 'warn'),
    element('td', new Date(seen * 1000).toLocaleTimeString()),
  ]);
}

async function refresh() {
  try {
    const response = await fetch('status.json');
    const status = await response.json();
    showBuild(status.build);
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
