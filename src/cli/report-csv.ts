/** A report as CSV (RFC 4180, but for line ends of one character): a line for each row, columns named as in the JSON. */

import { settingsKey } from '../report/names.ts';
import type { Report, ReportRow } from '../report/summary.ts';

type Value = string | number | boolean | null | undefined;

/** Columns in order; the two ends of an interval are two of them. */
const cells: Readonly<Record<string, (row: ReportRow) => Value>> = {
  task: ({ task }) => task,
  settings: ({ settings }) => JSON.stringify(Object.fromEntries(JSON.parse(settingsKey(settings)))),
  unit: ({ unit }) => unit,
  op: ({ op }) => op,
  range: ({ range }) => range,
  extrapolationRange: ({ extrapolationRange }) => extrapolationRange,
  seeds: ({ seeds }) => seeds,
  successes: ({ successes }) => successes,
  successRate: ({ successRate }) => successRate,
  ciLow: ({ ci }) => ci?.[0],
  ciHigh: ({ ci }) => ci?.[1],
  solvedAtMedian: ({ solvedAtMedian }) => solvedAtMedian,
  solvedAtMean: ({ solvedAtMean }) => solvedAtMean,
  solvedAtCiLow: ({ solvedAtCi }) => solvedAtCi?.[0],
  solvedAtCiHigh: ({ solvedAtCi }) => solvedAtCi?.[1],
  sparsityError: ({ sparsityError }) => sparsityError,
  sparsityCiLow: ({ sparsityCi }) => sparsityCi?.[0],
  sparsityCiHigh: ({ sparsityCi }) => sparsityCi?.[1],
  sparsitySampleMean: ({ sparsitySampleMean }) => sparsitySampleMean,
  threshold: ({ threshold }) => threshold,
  secondsPerRun: ({ secondsPerRun }) => secondsPerRun,
  diverged: ({ diverged }) => diverged,
  steps: ({ steps }) => steps,
  validationErrorMedian: ({ validationErrorMedian }) => validationErrorMedian,
  extrapolationErrorMedian: ({ extrapolationErrorMedian }) => extrapolationErrorMedian,
  publishedSuccessRate: ({ published }) => published?.successRate,
  publishedCiLow: ({ published }) => published?.ci[0],
  publishedCiHigh: ({ published }) => published?.ci[1],
  publishedSource: ({ published }) => published?.source,
  overlaps: ({ overlaps }) => overlaps,
};

/** Columns of the task's further figures follow, `figures.NAME`. */
export function reportCsv({ rows }: Report): string {
  const figures = [...new Set(rows.flatMap((row) => Object.keys(row.figures)))];
  const head = [...Object.keys(cells), ...figures.map((name) => `figures.${name}`)];
  const lines = rows.map((row) => [
    ...Object.values(cells).map((cell) => cell(row)),
    ...figures.map((name) => row.figures[name]),
  ]);
  return [head, ...lines].map((line) => `${line.map(quoted).join(',')}\n`).join('');
}

function quoted(value: Value): string {
  const text = String(value ?? '');
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
