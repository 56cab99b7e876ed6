/** What a stranger on the network does to the simulator itself: it ends, and it does not break. */
import { createServer, type Socket } from 'node:net';
import t from 'tap';
import { world } from './world.js';

const JOIN = `
import socket, network, time
w = network.WLAN(0); w.active(True); w.connect('a', 'b')
while not w.isconnected(): time.sleep_ms(5)
`;

t.test('a connection that the board has closed and the server keeps ends with the power', async (t) => {
  const held: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) =>
    held.push(socket.on('error', () => undefined)),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    for (const socket of held) socket.destroy();
    server.close();
  });
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const main = `${JOIN}s = socket.socket(); s.connect(('127.0.0.1', ${port})); s.write(b'x'); s.close(); print('closed')\n`;
  const { board, run } = world(t, { 'main.py': main });
  t.same(await run(), ['closed']);
  const open = (): number =>
    process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
  const before = open();
  await board.cut();
  await new Promise((resolve) => setTimeout(resolve, 50));
  t.equal(open(), before - 1, 'only the side of the server is left');
});

t.test('a port that is none is 16 bits of it, as in lwIP', async (t) => {
  const main = `${JOIN}
for port in (99999, 65536, -1):
    try: socket.socket().connect(('127.0.0.1', port)); print('connected')
    except OSError as e: print(port, e.errno > 0)
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for port in (65536, 99999): s.sendto(b'x', ('127.0.0.1', port))
print('alive')
`;
  const { run } = world(t, { 'main.py': main });
  t.same(await run(), ['99999 True', '65536 True', '-1 True', 'alive']);
});
