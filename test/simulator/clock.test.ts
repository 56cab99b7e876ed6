import { createServer } from 'node:net';
import t from 'tap';
import { world } from './world.js';

t.test('driven: three weeks of timers pass in a moment, in order and on time', async (t) => {
  const main = `
import machine, time
n = [0, 0]
def hourly(t): n[0] += 1
machine.Timer(-1).init(period=3600000, mode=machine.Timer.PERIODIC, callback=hourly)
machine.Timer(-1).init(period=1500, mode=machine.Timer.ONE_SHOT, callback=lambda t: print('once', time.ticks_ms() - t0))
t0 = time.ticks_ms()
print(time.time(), time.localtime()[:3])
for day in range(21): time.sleep(86400)
print(n[0], time.time(), time.localtime()[:4])
`;
  const { run } = world(t, { 'main.py': main }, { clock: 'driven' });
  const [start, once, end] = await run();
  t.equal(start, '0 (2000, 1, 1)');
  t.equal(once, 'once 1500');
  t.match(end, /^50[34] 18144\d\d \(2000, 1, 22, 0\)$/);
});

t.test('driven: an answer on its way is waited for before the clock jumps', async (t) => {
  const server = createServer((socket) => void setTimeout(() => socket.end('late'), 300));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => void server.close());
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const main = `
import socket, network, time
w = network.WLAN(0); w.active(True); w.connect('a', 'b'); time.sleep(1)
s = socket.socket(); s.settimeout(5); s.connect(('127.0.0.1', ${port})); s.send(b'q')
t = time.ticks_ms(); print(s.recv(9), time.ticks_ms() - t < 5000)
try: socket.getaddrinfo('slow.name', 80)
finally: print(time.ticks_ms() - t)
`;
  const { run } = world(
    t,
    { 'main.py': main },
    { clock: 'driven', hosts: { 'slow.name': '127.0.0.1' }, faults: { dnsDelay: 19_000 } },
  );
  t.same(await run(), ["b'late' True", '19000']);
});

t.test('the wall clock lives through a reset, and is set through the RTC', async (t) => {
  const main = `
import machine, time
if machine.reset_cause() == 0:
    machine.RTC().datetime((2026, 11, 21, 5, 12, 0, 0, 0))
    machine.reset()
print(time.localtime()[:5], machine.RTC().datetime()[:3])
`;
  const { run } = world(t, { 'main.py': main });
  t.same(await run(), ['(2026, 11, 21, 12, 0) (2026, 11, 21)']);
});
