import t from 'tap';
import { Nonces } from '../../server/fleet/nonces.js';

const nonce = (n: number) => n.toString(16).padStart(16, '0');

t.test('S1.19 the last four nonces of each device are known', async (t) => {
  const nonces = new Nonces();
  for (let i = 0; i < 10; i += 1) t.ok(nonces.isNew('a', nonce(i)));
  for (const i of [9, 8, 7, 6]) t.notOk(nonces.isNew('a', nonce(i)), `${i}`);
  t.ok(nonces.isNew('b', nonce(9)), 'each device has its own');
  t.ok(nonces.isNew('a', nonce(5)), 'memory is bounded');
  t.notOk(nonces.isNew('a', nonce(9)));
  t.notOk(nonces.isNew('a', nonce(5)));
});

t.test('ever more devices', async (t) => {
  const nonces = new Nonces();
  for (let i = 0; i < 50_000; i += 1) nonces.isNew(`device-${i}`, nonce(1));
  t.notOk(nonces.isNew('device-49999', nonce(1)));
  t.ok(nonces.isNew('device-0', nonce(1)), 'the first ones are forgotten');
});
