/** What `nalu fit` prints. */

import type { Errors, FitProgress, FitResult } from '../fit/index.ts';
import { type ColumnSummary, summarize, type Table } from '../io/index.ts';
import { visibleName } from './terminal.ts';
import { columns, count, duration, errorText, table as inColumns, padEnd, WIDTH, wrap } from './text.ts';
import { packageVersion } from './versions.ts';

/** Columns of a wide table that are shown. */
const MOST_COLUMNS = 20;

/** The table before the search: rows, and range, sign and magnitude of every column. */
export function tableText(path: string, table: Table, target: string, adapter: string): string {
  const summary = summarize(table);
  const shown = summary.columns.slice(0, MOST_COLUMNS);
  const more = summary.columns.length - shown.length;
  const rows = shown.map((column) => [
    visibleName(column.name) + (column.name === target ? ' (target)' : ''),
    number(column.min),
    '…',
    number(column.max),
  ]);
  const names = Math.max(...rows.map(([name]) => columns(name as string)));
  const numbers = inColumns(
    rows.map((row) => row.slice(1)),
    2,
  );
  return [
    `nalu ${packageVersion()}, ${adapter}`,
    '',
    `${path}: ${count(summary.rows)} rows`,
    ...rows.map(
      ([name], k) => `  ${padEnd(name as string, names)}${numbers[k]}  ${signs(shown[k] as ColumnSummary)}`,
    ),
    ...(more > 0 ? [`  and ${more} more columns`] : []),
    '',
    '',
  ]
    .map(visibleName)
    .join('\n');
}

function signs({ negative, zero, positive, whole, constant }: ColumnSummary): string {
  if (constant) return 'constant';
  const sign =
    negative === 0 && zero === 0 ? 'positive' : positive === 0 && zero === 0 ? 'negative' : 'of both signs';
  const found = negative === 0 && zero > 0 ? `positive, ${count(zero)} zero` : sign;
  return whole ? `${found}, whole` : found;
}

/** `Round 1 of 3, RealNPU(2) → Linear  41%  12 s of 45 s  best: E = m * v` */
export function progressText(
  { round, rounds, architecture, step, steps, seconds, budget, best }: FitProgress,
  target: string,
): string {
  const done = `${Math.floor((100 * step) / steps)}%`.padStart(4);
  const time = `${seconds.toFixed(0)} s of at most ${budget} s`;
  const formula = best ? `  best: ${target} = ${best.formula}` : '';
  return `Round ${round} of ${rounds}, ${architecture}${done}  ${time}${formula}`;
}

/** The formula and what there is to say about it, or that there is none. */
export function resultText(result: FitResult): string {
  const { best, found, exact, target, split, notes, runnersUp } = result;
  const lines: string[] = [];
  const say = (text: string, indent = 0) => lines.push(...wrap(text, { indent }));
  if (best && found) {
    lines.push(`${target} = ${best.text}`, '');
    say(`Found: ${result.reason}.`);
  } else {
    say(`No formula found: ${result.reason}.`);
    if (best) {
      lines.push('', `  The nearest was ${target} = ${best.text}`, '');
      say('Do not trust it, or any of the others, outside the range of the table.');
    }
  }
  lines.push('', ...errorLines(result), '');
  say(
    `Trained on ${count(split.inside.length)} rows, tested on ${count(split.outside.length)}: ${split.description}. Errors are the ` +
      'largest |predicted - true| / |true|.',
  );
  if (found) {
    const agree = result.agreeing === 1 ? 'start agrees' : 'starts agree';
    say(
      `${count(result.agreeing)} of ${count(result.starts)} random ${agree} with it, on the rows held out too.`,
    );
    if (!exact) say('Its constants are refined by least squares, with no more digits than the noise allows.');
  }
  for (const note of notes) say(`Note: ${note}`);
  if (runnersUp.length > 0) {
    lines.push('', found ? 'Runners-up, with their error outside:' : 'Others, with their error outside:');
    for (const { text, outOfRange } of runnersUp) {
      lines.push(
        `  ${padEnd(errorText(outOfRange.maxRelativeError), 10)}${clipped(`${target} = ${text}`, WIDTH - 12)}`,
      );
    }
  }
  lines.push('', endText(result));
  return `${lines.map(visibleName).join('\n')}\n`;
}

const clipped = (text: string, width: number): string =>
  columns(text) > width ? `${[...text].slice(0, width - 1).join('')}…` : text;

function errorLines({ best, found, baselines }: FitResult): string[] {
  const { linear, mlp } = baselines;
  const test = linear.test !== undefined;
  const row = (name: string, each: { inRange: Errors; outOfRange: Errors; test?: Errors } | undefined) => [
    name,
    ...(each
      ? [each.inRange, each.outOfRange, ...(test ? [each.test] : [])].map((errors) =>
          errors ? errorText(errors.maxRelativeError) : '',
        )
      : ['not trained', '', ...(test ? [''] : [])]),
  ];
  const rows = [
    ['', 'inside', 'outside', ...(test ? ['test'] : [])],
    ...(best ? [row(found ? 'the formula' : 'the nearest', best)] : []),
    row('linear fit', linear),
    row(mlp?.name ?? 'network', mlp),
  ];
  const names = Math.max(...rows.map(([name]) => columns(name as string)));
  const numbers = inColumns(rows.map((each) => each.slice(1)));
  return rows.map(([name], k) => `  ${padEnd(name as string, names)}${numbers[k]}`);
}

function endText({ found, stopped, wallSeconds, searched }: FitResult): string {
  const stacks = new Set(searched.map(({ architecture }) => architecture)).size;
  const what = `${stacks} ${stacks === 1 ? 'architecture' : 'architectures'} in ${duration(wallSeconds)}`;
  const endings = {
    found: `${what}.`,
    done: found ? `${what}.` : `${what}: all that was planned; --models, --steps and --width search more.`,
    time: `${what}: time was up; --seconds gives more.`,
    interrupted: `Interrupted after ${what}: the best so far is above.`,
  };
  return wrap(endings[stopped]).join('\n');
}

/** With six digits at most. */
const number = (value: number): string => String(Number(value.toPrecision(6)));
