import { connect } from 'node:net';
import t from 'tap';
import { VM_VERSIONS } from '../../simulator/vm.js';
import { world } from './world.js';

const WEB = `
import socket, select, machine, time, network
w = network.WLAN(network.STA_IF); w.active(True); w.connect('x', 'y')
while not w.isconnected(): time.sleep_ms(5)
machine.Pin(12, machine.Pin.OUT, value=1)
seen = []
button = machine.Pin(0, machine.Pin.IN)
button.irq(lambda p: seen.append(p()), machine.Pin.IRQ_FALLING | machine.Pin.IRQ_RISING)
s = socket.socket(); s.bind(('', 80)); s.listen(2)
poll = select.poll(); poll.register(s, select.POLLIN)
while True:
    for o, ev in poll.ipoll(1000):
        c, a = s.accept()
        line = c.readline()
        while c.readline() != b'\\r\\n': pass
        body = repr(seen)
        c.write('HTTP/1.0 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n%s' % (len(body), body)); c.close()
`;

for (const vm of VM_VERSIONS) {
  t.test(`${vm}: boot.py, then main.py, a page, pins and the button`, async (t) => {
    const { board } = world(
      t,
      { 'boot.py': 'print("guard")\nfrom_boot = 1\n', 'main.py': `print(from_boot)\n${WEB}` },
      { vm },
    );
    t.equal(await board.boot(), 'plug-up');
    t.same(
      board.events.filter(({ event }) => event === 'log').map(({ text }) => text),
      ['guard', '1'],
    );
    t.equal(board.pin(12).value, 1);
    board.press(0, 30);
    await new Promise((resolve) => setTimeout(resolve, 120));
    t.equal(await (await fetch(board.url ?? '')).text(), '[0, 1]');
    t.ok(
      board.events.some(
        ({ event, total }) => event === 'heap' && Number(total) > 37_000 && Number(total) <= 38 * 1024,
      ),
    );
  });
}

t.test('a reset ends everything at once; RTC memory lives on, a power cut forgets it', async (t) => {
  const main = `
import machine
n = len(machine.RTC().memory())
print('boot', n, machine.reset_cause())
if n < 2:
    machine.RTC().memory(b'x' * (n + 1))
    try: machine.reset()
    finally: print('never')
`;
  const { board, run } = world(t, { 'main.py': main });
  t.same(await run(), ['boot 0 0', 'boot 1 4', 'boot 2 4']);
  t.equal(board.events.filter(({ event }) => event === 'reset').length, 2);
  await board.cut();
  t.same((await run())[0], 'boot 0 0');
});

t.test('what is raised stays at the prompt, where timers go on', async (t) => {
  const main =
    'import machine\nmachine.Timer(-1).init(period=30, mode=0, callback=lambda t: print("timer"))\nraise ValueError("oh")\n';
  const { board, run } = world(t, { 'main.py': main });
  const [trace = ''] = await run();
  t.match(trace, /main\.py", line 3[\s\S]*ValueError: oh/);
  await board.event('log', 2000, ({ text }) => text === 'timer');
  t.match(await board.exec('1/0'), /ZeroDivisionError/);
  t.equal(await board.exec('x = 1'), undefined);
});

t.test('the watchdog resets a board that no longer feeds it', async (t) => {
  const main =
    'import machine\nprint(machine.reset_cause())\nif machine.reset_cause() == 0:\n  machine.WDT(timeout=200)\n  while True: pass\n';
  const { run } = world(t, { 'main.py': main });
  t.same(await run(), ['0', '1']);
});

t.test('what a stock ESP8266 lacks is not there', async (t) => {
  const main = `
import random, os, sys
print(hasattr(random, 'randint'), len(list(os.ilistdir('/'))[0]), sys.path)
for code in ('pow(2,3,5)', 'complex(1,2)', 'compile("1","","eval")'):
    try: print(eval(code))
    except (TypeError, NameError): print('no')
try: open('/nothing')
except OSError as e: print(e.errno)
`;
  const { run } = world(t, { 'main.py': main });
  t.same(await run(), ["False 4 ['', '/lib']", 'no', 'no', 'no', '2']);
});

t.test('a connection that is cut off by a reset ends on the other side', async (t) => {
  const { board } = world(t, { 'main.py': WEB });
  await board.boot();
  const at = new URL(board.url ?? '');
  const client = connect(Number(at.port), at.hostname);
  await new Promise((resolve) => client.once('connect', resolve));
  const closed = new Promise((resolve) => client.once('close', resolve));
  client.on('error', () => undefined);
  await board.reset();
  await closed;
  t.pass('closed');
});
