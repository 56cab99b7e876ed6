/** Reports as text. Pure. */
import { type Figure, type Limit, type Report, ratio, verdict } from './figure.js';

const HEADINGS = ['figure', 'value', 'limit', '', 'reference', 'its value', 'ratio'];
/** Columns that hold text begin at the left. */
const LEFT = new Set([0, 3, 4]);

/** A title, one line for each figure, and the notes. */
export function reportText({ title, figures, notes = [] }: Report): string {
  const rows = [HEADINGS, ...figures.map(cells)];
  const widths = HEADINGS.map((_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)));
  const lines = rows.map((row) =>
    row.map((cell, i) => (LEFT.has(i) ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))),
  );
  const body = lines.map((line) => line.join('  ').trimEnd());
  return `${[title, ...body, ...notes.map((note) => `  ${note}`)].join('\n')}\n`;
}

function cells(figure: Figure): string[] {
  const { name, value, unit, limit, reference } = figure;
  const share = ratio(figure);
  return [
    name,
    withUnit(value, unit),
    limit === undefined ? '' : limitText(limit, unit),
    verdict(figure),
    reference?.name ?? '',
    reference === undefined ? '' : withUnit(reference.value, unit),
    share === undefined ? '' : share.toFixed(share < 0.1 ? 3 : 2),
  ];
}

function limitText({ at, sense }: Limit, unit: string): string {
  return `${sense === 'most' ? '≤' : '≥'} ${withUnit(at, unit)}`;
}

function withUnit(value: number, unit: string): string {
  return unit === '' ? numberText(value) : `${numberText(value)} ${unit}`;
}

/** Three digits are as many as two runs have in common; counts are whole and stay so. */
function numberText(value: number): string {
  if (!Number.isFinite(value)) return 'none';
  const digits = Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
