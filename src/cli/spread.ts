/** How the errors of many seeds spread: a histogram of text. */

import { columns, count, padEnd, WIDTH } from './text.ts';

/** Errors below the first power of ten share a row, and those from the last one on. */
const [LEAST, MOST] = [-8, 1];

/** Columns of the longest bar. */
const LONGEST = 40;

/**
 * A row for each power of ten from the smallest error to the largest, `1e-7 … 1e-6  ███████ 12`, and one for those that
 * are not finite.
 */
export function spreadLines(errors: readonly number[], indent = 2): string[] {
  const rows = spread(errors);
  const labels = Math.max(...rows.map(([label]) => columns(label)));
  const digits = Math.max(...rows.map(([, seeds]) => count(seeds).length));
  const most = Math.max(...rows.map(([, seeds]) => seeds));
  const longest = Math.min(LONGEST, WIDTH - indent - labels - digits - 3);
  return rows.map(([label, seeds]) => {
    const length = most <= longest ? seeds : (longest * seeds) / most;
    return `${' '.repeat(indent)}${padEnd(label, labels)}  ${bar(length)}${seeds > 0 ? ' ' : ''}${count(seeds)}`;
  });
}

/** Labels and how many errors they hold, the smallest errors first. */
function spread(errors: readonly number[]): [label: string, seeds: number][] {
  const finite = errors.filter(Number.isFinite).map(decade);
  const low = finite.reduce((a, b) => Math.min(a, b), MOST);
  const high = finite.reduce((a, b) => Math.max(a, b), LEAST - 1);
  const rows: [string, number][] = [];
  for (let power = low; power <= high; power++) {
    rows.push([decadeLabel(power), finite.filter((each) => each === power).length]);
  }
  const diverged = errors.length - finite.length;
  return diverged > 0 ? [...rows, ['diverged', diverged]] : rows;
}

/** Exponent of the power of ten at or below `error`, as far as there is a row for it. */
function decade(error: number): number {
  // By the digits, as everywhere in the text: Math.log10(1e-3) may come out just below -3.
  const power = error > 0 ? Number(error.toExponential().split('e')[1]) : Number.NEGATIVE_INFINITY;
  return Math.min(MOST, Math.max(LEAST - 1, power));
}

function decadeLabel(power: number): string {
  const text = (exponent: number) => (10 ** exponent).toExponential(0);
  if (power < LEAST) return `below ${text(LEAST)}`;
  if (power === MOST) return `from ${text(MOST)}`;
  return `${text(power)} … ${text(power + 1)}`;
}

/** At least half a column for anything at all. */
function bar(length: number): string {
  if (length === 0) return '';
  const halves = Math.max(1, Math.round(2 * length));
  return '█'.repeat(halves >> 1) + (halves % 2 ? '▌' : '');
}
