/** What `npm test` does about programs that are not on the machine. That the real packages come and start, each run on a bare machine shows. */
import t from 'tap';
import type { ProgramName } from './programs.js';
import { provide } from './provide.js';

const LINE = 'sudo apt-get install --no-install-recommends mosquitto chromium-headless-shell';

/** A machine without them, and what is said and fetched there, in order. */
function machine(lacking: readonly ProgramName[], fetched: () => readonly ProgramName[]) {
  let gone = lacking;
  const done: string[] = [];
  const source = {
    missing: async () => gone,
    fetch: async (packages: readonly string[]) => {
      done.push(`fetch ${packages.join(' ')}`);
      gone = fetched();
    },
  };
  return { done, provided: provide((text) => done.push(text), source) };
}

t.test('where all are, nothing is said and nothing fetched', async (t) => {
  const { done, provided } = machine([], () => []);
  t.equal(await provided, true);
  t.same(done, []);
});

t.test(
  'before anything is fetched it is said what, what for, where to, and how to have it otherwise',
  async (t) => {
    const { done, provided } = machine(['mosquitto', 'mosquitto_passwd', 'chromium'], () => []);
    t.equal(await provided, true);
    t.equal(done.length, 2);
    t.match(
      done[0],
      /mosquitto: the MQTT broker.*\n.*\n.*chromium: the browser.*\n.*\.soft-ota\/programs; nothing is installed/,
    );
    t.ok(done[0]?.includes(`types: ${LINE}\n`));
    t.equal(done[1], 'fetch mosquitto chromium-headless-shell');
  },
);

t.test('what does not come ends the run with the reason and the one line to type', async (t) => {
  const { done, provided } = machine(['mosquitto', 'chromium'], () => {
    throw new Error('E: no network');
  });
  t.equal(await provided, false);
  t.equal(
    done.at(-1),
    `E: no network\nThe tests cannot run without mosquitto and chromium. Type this first:\n  ${LINE}\n`,
  );
});

t.test('what came and does not start is as good as not there', async (t) => {
  const { done, provided } = machine(['mosquitto', 'chromium'], () => ['chromium']);
  t.equal(await provided, false);
  t.match(done.at(-1), /^The tests cannot run without chromium\. .*:\n {2}sudo apt-get/);
});
