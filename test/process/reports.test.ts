/** Halting, over restarts of a real server. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { resume } from '../../server/cli/resume-command.js';
import { errorText } from '../../server/cli/run-command.js';
import { enrolled, makeServer } from '../http/made-server.js';
import { makeFolder } from '../keys/folder.js';
import { writeReadyKeys } from '../keys/ready.js';
import { makeProject, runScript, startScript, write } from './made-project.js';

const KEYS = join(makeFolder(t), 'keys');
await writeReadyKeys(KEYS);
const MASTER = Buffer.from(readFileSync(join(KEYS, 'enrolment.key'), 'utf8').trim(), 'hex');
const LOCAL = ['--port', '0', '--host', '127.0.0.1'];

t.test(
  'S1.21 a halt survives SIGKILL, a resumed release stays resumed, and a new one starts clean',
  async (t) => {
    const dir = makeProject(t, KEYS);
    const run = async (...messages: string[]) => {
      const server = startScript(t, LOCAL, dir);
      const { port } = await server.line('listening');
      let release: unknown;
      for (const message of messages) ({ release } = await server.line(message));
      const base = `http://127.0.0.1:${port}`;
      const ask = async (id: string, fields: string) =>
        (await fetch(`${base}${enrolled(id, fields, MASTER)}`)).status;
      return { ...server, base, release, ask };
    };
    const first = await run('release published');
    const undone = `have=1&bad=${first.release}&error=ValueError`;
    t.equal(await first.ask('a', undone), 409);
    t.equal(await first.ask('b', undone), 409);
    await first.line('release halted');
    const file = join(dir, '.soft-ota', 'bdist.fleet.json');
    for (let i = 0; i < 200 && !isHalted(file); i += 1)
      await new Promise((resolve) => setTimeout(resolve, 10));
    first.child.kill('SIGKILL');
    await first.exit;

    const second = await run('release unchanged');
    t.equal(second.release, first.release);
    t.equal(await second.ask('c', 'have=1'), 409, 'still halted');
    t.equal(await second.ask('a', 'have=1'), 409);
    t.match(runScript('resume', ['--server', second.base], dir), {
      status: 0,
      stdout: `Release ${first.release} is offered again.\n`,
      stderr: '',
    });
    t.match(await resume(`${second.base}/`), /is not held back: nothing to do/);
    t.equal(await second.ask('c', 'have=1'), 200);
    for (const id of ['d', 'e']) await second.ask(id, undone);
    await second.line('release halted');
    write(dir, 'net/wifi.py', 'def join():\n    return 2\n');
    await second.line('release published');
    t.equal(await second.ask('a', undone), 200);
    second.child.kill('SIGTERM');
    t.equal(await second.exit, 0);
    t.match(readFileSync(file, 'utf8'), /"halted":false,"failed":\[\]/);
  },
);

function isHalted(file: string): boolean {
  try {
    return readFileSync(file, 'utf8').includes('"halted":true');
  } catch {
    return false;
  }
}

t.test('S1.19 --enrolled-only needs the master', async (t) => {
  const dir = makeProject(t, KEYS);
  rmSync(join(dir, 'keys', 'enrolment.key'));
  t.match(runScript('start', [...LOCAL, '--enrolled-only'], dir), {
    status: 1,
    stderr: /^error key_missing: --enrolled-only knows boards by keys\/enrolment\.key/,
  });
});

t.test('S1.21 resume: what goes wrong is said in a sentence', async (t) => {
  const said = (server: string) => resume(server).catch(errorText);
  t.match(await said('http://127.0.0.1:9'), /^error server_unreachable: .*:9 does not answer\.\n {2}Start/);
  t.match(await said('nowhere'), /^error config_invalid: --server needs an address/);
  const { base } = await makeServer(t);
  t.match(await said(base), /^error server_unreachable: .* answers 503: There is no release yet/);
  t.match(await said(`${base}/elsewhere`), /^error server_unreachable: .* answers 405/);
});
