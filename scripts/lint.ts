#!/usr/bin/env node
/** npm run lint: what would stop a build of the device code, and what had better change. */
import { join } from 'node:path';
import {
  type ClassifiedFindings,
  classifyFindings,
  type Finding,
  formatFinding,
} from '../server/build/finding.js';
import { lintTree } from '../server/build/lint/lint.js';
import { refusedFiles } from '../server/build/lint/syntax.js';
import { type Project, readProject } from '../server/build/project.js';
import { pythonText, readSources, type Source } from '../server/build/sources.js';
import { COMMON, type FlagTable } from '../server/cli/flags.js';
import { runCommand } from '../server/cli/run-command.js';
import { openProjectCompiler } from '../server/process/publish-options.js';

const flags = {
  device: COMMON.device,
  'mpy-cross': { kind: 'text', value: 'PATH', help: 'the compiler of your firmware, for its grammar' },
  strict: { kind: 'switch', help: 'exit with 1 on warnings too' },
} as const satisfies FlagTable;
const summary = 'Checks device code for functions that a stock ESP8266 lacks, and with ruff.';
const notes =
  'Errors stop a build and end with exit code 1; warnings are only said.\n' +
  'Rules are switched off in soft-ota.json, {"rulesOff": ["ESP003"]} or {"esp8266": false},\n' +
  'for some files, {"lint": {"off": ["lib/**"]}}, or for one line by a comment: # ota: allow ESP003';

await runCommand(
  { name: 'lint', summary, flags, notes },
  async ({ device, 'mpy-cross': mpyCross, strict }) => {
    const sources = await readSources(device);
    const project = await readProject();
    const findings = await lintTree(pythonText(sources), project);
    const { errors, warnings } = await settled(findings, sources, project, mpyCross);
    const lines = [
      ...errors.map((finding) => formatFinding(finding, join(device, finding.file))),
      ...warnings.map((finding) => `${formatFinding(finding, join(device, finding.file))} (warning)`),
      `${count(pythonText(sources).size, 'file')}, ${counts(errors.length, warnings.length)}`,
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
    return errors.length > 0 || (strict && warnings.length > 0) ? 1 : 0;
  },
);

/** The compiler is started only where ruff cannot read something. */
async function settled(
  findings: readonly Finding[],
  sources: readonly Source[],
  { abis }: Project,
  mpyCross: string | undefined,
): Promise<ClassifiedFindings> {
  if (!findings.some(({ severity }) => severity === 'syntax')) return classifyFindings(findings, new Set());
  const compiler = await openProjectCompiler({ ...(mpyCross === undefined ? {} : { mpyCross }) });
  try {
    const newest = abis.includes(6) ? 6 : 5;
    return classifyFindings(findings, await refusedFiles(findings, sources, newest, compiler));
  } finally {
    await compiler.close();
  }
}

function counts(errors: number, warnings: number): string {
  if (errors + warnings === 0) return 'nothing found';
  return `${count(errors, 'error')}, ${count(warnings, 'warning')}`;
}

function count(n: number, what: string): string {
  return n === 1 ? `1 ${what}` : `${n} ${what}s`;
}
