import t from 'tap';
import { Bench } from './bench.js';
import { Explorer } from './explorer.js';
import { Releases } from './releases.js';
import { Scenarios } from './scenarios.js';

t.test('try', async (t) => {
  let at = performance.now();
  const lap = (what: string) => {
    t.comment(what, Math.round(performance.now() - at), bench.boots);
    at = performance.now();
  };
  const releases = await Releases.make(t, ['old', 'new', 'bad', 'next']);
  const bench = new Bench(t);
  lap('releases');
  const all = await Scenarios.make(releases, bench, (process.env.FS ?? 'littlefs') as 'fat');
  for (const scenario of [
    all.update(),
    await all.undo(),
    all.recovery('old'),
    all.recovery('new'),
    all.repair(),
  ]) {
    const explorer = new Explorer(bench, scenario);
    try {
      const points = await explorer.first();
      t.comment(scenario.name, points.length, explorer.fresh(points).length);
      await explorer.go(points, Number(process.env.MOST ?? 1000), 1);
      t.comment(explorer.line(points));
      for (const line of explorer.broken.slice(0, 3)) t.comment(line);
      for (const line of explorer.broken) t.comment(line.split('\n')[0]);
      const pairs = explorer.afterwards(points);
      t.comment('pairs', pairs.length, explorer.fresh(pairs).length);
      lap(scenario.name);
    } catch (e) {
      console.log(e);
    }
  }
});
