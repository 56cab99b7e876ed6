import { createSocket } from 'node:dgram';
import { createServer, type Server, type Socket } from 'node:net';
import t, { type Test } from 'tap';
import { world } from './world.js';

const JOIN = `
import socket, select, network, time, machine
w = network.WLAN(0); w.active(True); w.connect('a', 'b')
while not w.isconnected(): time.sleep_ms(5)
def error(f, *a):
    try: return f(*a)
    except OSError as e: return e.errno
`;

async function listen(t: Test, on: (socket: Socket) => void): Promise<number> {
  const server: Server = createServer(on);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => void server.close());
  const address = server.address();
  return address !== null && typeof address === 'object' ? address.port : 0;
}

t.test('TCP: reads, lines, a closed peer, time limits, a refused connection', async (t) => {
  const port = await listen(t, (socket) => {
    socket.write('line\nrest');
    socket.once('data', (data) => socket.end(data));
  });
  const main = `${JOIN}
s = socket.socket(); s.settimeout(0.2); s.connect(socket.getaddrinfo('127.0.0.1', ${port})[0][-1])
print(s.readline(), s.recv(100), error(s.recv, 1))
s.setblocking(False); print(error(s.recv, 1), s.read(1)); s.setblocking(True)
b = bytearray(20); b[0] = 65
s.write(b); n = bytearray(30); print(s.readinto(n, 20), s.recv(5), s.read()); s.close()
print(error(socket.socket().connect, ('127.0.0.1', 1)))
print(hasattr(s, 'sendall'), hasattr(s, 'shutdown'), hasattr(s, 'recv_into'))
`;
  const { board, run } = world(t, { 'main.py': main });
  t.same(await run(), ["b'line\\n' b'rest' 110", '11 None', "20 b'' b''", '111', 'False False False']);
  t.match(board.counters, { connects: 2, txBytes: 20, rxBytes: 29 });
});

t.test('TCP: a connect without waiting is in progress, and POLLOUT tells when it is done', async (t) => {
  const port = await listen(t, (socket) => socket.end('x'));
  const main = `${JOIN}
p = select.poll()
for port in (${port}, 1):
    s = socket.socket(); s.setblocking(False); print(error(s.connect, ('127.0.0.1', port)))
    p.register(s, select.POLLOUT)
    [(o, ev)] = p.poll(1000)
    print(o is s, bool(ev & 4), bool(ev & 8)); p.modify(s, select.POLLIN)
    print(len(p.poll(500)), error(s.readinto, bytearray(1)), error(s.write, b'w') == 111); p.unregister(s); s.close()
print(p.poll(10))
`;
  const { run } = world(t, { 'main.py': main });
  t.same(await run(), ['115', 'True True False', '1 1 False', '115', 'True True True', '1 111 True', '[]']);
});

t.test('TCP: a large read is larger than the window; a slow reader loses nothing', async (t) => {
  const port = await listen(t, (socket) => socket.end(Buffer.alloc(30_000, 'z')));
  const main = `${JOIN}
for size in (20000, 700):
    s = socket.socket(); s.connect(('127.0.0.1', ${port})); n = 0; b = bytearray(size)
    while True:
        k = s.readinto(b)
        if not k: break
        n += k
    print(n); s.close()
`;
  const { run } = world(t, { 'main.py': main });
  t.same(await run(), ['30000', '30000']);
});

t.test('UDP: a question to the broadcast address of the own network is answered', async (t) => {
  const server = createSocket('udp4');
  server.on('message', (data, from) => server.send(`!${data}`, from.port, from.address));
  await new Promise<void>((resolve) => server.bind(0, '0.0.0.0', resolve));
  t.teardown(() => void server.close());
  const main = `${JOIN}
ip, mask = [[int(x) for x in p.split('.')] for p in w.ifconfig()[:2]]
to = '.'.join(str(a | (255 - b)) for a, b in zip(ip, mask))
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(1)
for a in (to, '255.255.255.255'):
    s.sendto(b'hi', (a, 8267)); print(a, s.recvfrom(100)[0])
s.settimeout(0.05); print(error(s.recvfrom, 1))
s.sendto(b'no', ('192.0.2.1', 9)); print(error(socket.socket().connect, ('192.0.2.1', 80)))
`;
  const { board, run } = world(t, { 'main.py': main }, { ports: { 8267: server.address().port } });
  t.same(
    (await run()).filter((line) => !line.startsWith('simulator:')),
    ["127.255.255.255 b'!hi'", "255.255.255.255 b'!hi'", '110', '113'],
  );
  t.ok(
    board.events.some(({ text }) => String(text).includes('192.0.2.1 is not allowed')),
    'nothing leaves the loopback network',
  );
});

t.test('interrupts and timers run while a look-up blocks', async (t) => {
  const main = `${JOIN}
seen = []
machine.Pin(0, machine.Pin.IN).irq(lambda p: seen.append('irq'), machine.Pin.IRQ_FALLING)
machine.Timer(-1).init(period=50, mode=machine.Timer.ONE_SHOT, callback=lambda t: seen.append('timer'))
print('go'); print(socket.getaddrinfo('some.name', 80)[0][-1], sorted(seen))
print(error(socket.getaddrinfo, 'no.such.name.invalid', 80))
`;
  const { board, run } = world(
    t,
    { 'main.py': main },
    { hosts: { 'some.name': '127.0.0.9' }, faults: { dnsDelay: 200 } },
  );
  void board.event('log', 60_000, ({ text }) => text === 'go').then(() => board.press(0, 10));
  t.same(await run(), ['go', "('127.0.0.9', 80) ['irq', 'timer']", '-2']);
});

t.test('Wi-Fi that goes away and comes back, and Wi-Fi that never joins', async (t) => {
  const main = `
import network, time, socket
w = network.WLAN(0); w.active(True); w.connect('a', 'b')
for i in range(8):
    time.sleep(1); print(w.status(), end=' ')
print(w.isconnected())
`;
  const faults = {
    joinMs: 500,
    wifi: [
      { at: 2500, up: false },
      { at: 5200, up: true },
    ],
  };
  const { run } = world(t, { 'main.py': main }, { clock: 'driven', faults });
  t.same(await run(), ['5 5 3 3 3 5 5 5 True']);
  const never = world(t, { 'main.py': main }, { clock: 'driven', faults: { joinMs: 'never' } });
  t.match((await never.run())[0], /^(1 ){8}False/);
});
