import t from 'tap';
import { lineEvent } from '../../simulator/events.js';

t.test('a line of the client becomes an event with typed fields', async (t) => {
  t.same(lineEvent('ota: installed release=7 files=2 reset=True ratio=0.5'), {
    event: 'installed',
    release: 7,
    files: 2,
    reset: true,
    ratio: 0.5,
  });
  t.same(lineEvent('ota: file path=a/b.mpy size=12'), { event: 'file', path: 'a/b.mpy', size: 12 });
  t.same(lineEvent('net: refused code=wrong_key msg=have a=1, want b'), {
    event: 'refused',
    code: 'wrong_key',
    msg: 'have a=1, want b',
  });
  t.same(lineEvent('ota: head id=0012'), { event: 'head', id: '0012' }, 'leading zeros are no number');
});

t.test('everything else is a log and keeps its text', async (t) => {
  for (const line of ['hello', 'ota: no news', 'plug: up wifi=1', '  ota: file path=x'])
    t.same(lineEvent(line), { event: 'log', text: line });
  t.same(lineEvent('ota: refused because of that'), { event: 'refused', msg: 'because of that' });
});
