/** npm run bench: the figures that this project promises, each with its limit and a reference. */
import { writeFile } from 'node:fs/promises';
import { runMain } from '../server/cli/run-command.js';
import { BENCHES } from './benches.js';
import { HELP, type Order, readOrder } from './command.js';
import { isBroken, type Report } from './figure.js';
import { reportText } from './table.js';

await runMain(() => main(process.argv.slice(2)));

async function main(argv: readonly string[]): Promise<number> {
  const order = readOrder(argv);
  if (order.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const reports = await runAll(order);
  if (order.json !== undefined) await writeFile(order.json, `${JSON.stringify(reports, undefined, 2)}\n`);
  return Object.values(reports).some(({ figures }) => figures.some(isBroken)) ? 1 : 0;
}

async function runAll({ names }: Order): Promise<Record<string, Report>> {
  const reports: Record<string, Report> = {};
  for (const bench of BENCHES.filter(({ name }) => names.includes(name))) {
    process.stderr.write(`${bench.name} …\n`);
    const report = await bench.run();
    reports[bench.name] = report;
    process.stdout.write(`${reportText(report)}\n`);
  }
  return reports;
}
