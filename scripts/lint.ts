#!/usr/bin/env node
/** npm run lint: what would stop a build of the device code. */
import { join } from 'node:path';
import { pythonText, readSources } from '../server/compile/sources.js';
import { runCommand } from '../server/exit.js';
import { COMMON, type FlagTable } from '../server/flags.js';
import { formatFinding, lintTree } from '../server/lint/lint.js';
import { readProject } from '../server/project.js';

const flags = { device: COMMON.device } as const satisfies FlagTable;
const summary = 'Checks device code: what a stock ESP8266 lacks, and the faults that ruff knows.';
const notes =
  'Rules are switched off in soft-ota.json, {"rulesOff": ["ESP003"]} or {"esp8266": false},\n' +
  'or for one line by a comment: # ota: allow ESP003';

await runCommand({ name: 'lint', summary, flags, notes }, async ({ device }) => {
  const sources = pythonText(await readSources(device));
  const findings = await lintTree(sources, await readProject());
  const lines = findings.map((finding) => formatFinding({ ...finding, file: join(device, finding.file) }));
  lines.push(
    `${count(sources.size, 'file')}, ${findings.length === 0 ? 'nothing found' : count(findings.length, 'finding')}`,
  );
  process.stdout.write(`${lines.join('\n')}\n`);
  return findings.length === 0 ? 0 : 1;
});

function count(n: number, what: string): string {
  return n === 1 ? `1 ${what}` : `${n} ${what}s`;
}
