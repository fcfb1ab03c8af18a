/** What `nalu fit` prints. */

import { type Errors, type FitProgress, type FitResult, meaningsOf } from '../fit/index.ts';
import type { Expression } from '../formula/index.ts';
import { type ColumnSummary, summarize, type Table } from '../io/index.ts';
import { visibleName } from './terminal.ts';
import { columns, count, duration, errorText, table as inColumns, padEnd, WIDTH, wrap } from './text.ts';
import { packageVersion } from './versions.ts';

/** Columns of a wide table that are shown. */
const MOST_COLUMNS = 20;

/** The table before the search: rows, and range, sign and magnitude of every column. */
export function tableText(path: string, table: Table, target: string): string {
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
    `nalu ${packageVersion()}`,
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

/** `pairs of factors, y  41%  12 s of at most 60 s  best: E = m * v` */
export function progressText(
  { round, rounds, architecture, step, steps, models, seconds, budget, best }: FitProgress,
  target: string,
): string {
  const done = `${Math.floor((100 * step) / steps)}%`.padStart(4);
  const time = `${seconds.toFixed(0)} s of at most ${budget} s`;
  const formula = best ? `  best: ${target} = ${best.formula}` : '';
  const what = models > 0 ? `Round ${round} of ${rounds}, ${architecture}` : `Trying ${architecture}`;
  return `${what}${done}  ${time}${formula}`;
}

/** The formula and what there is to say about it, or that there is none. */
export function resultText(result: FitResult, adapter: string | undefined): string {
  const { best, found, exact, target, split, notes } = result;
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
    split.folds
      ? `Tested on all ${count(split.inside.length)} rows: ${split.description}${result.baselines.mlp ? ' (the network has seen all)' : ''}. Errors are the largest |predicted - true| / |true|.`
      : `Fitted to ${count(split.inside.length)} rows, tested on ${count(split.outside.length)}: ${split.description}.` +
          `${best?.fittedToAll ? ' The constants shown are fitted to all rows after that.' : ''} Errors are the largest |predicted - true| / |true|.`,
  );
  const meaning = found && best ? meaningsOf(best.formula.expressions[0] as Expression, exact) : [];
  if (meaning.length > 0)
    say(`Constants: ${meaning.map(({ value, means }) => `${value} is ${means}`).join(', ')}.`);
  if (found && result.starts > 0) {
    const agree = result.agreeing === 1 ? 'start agrees' : 'starts agree';
    say(
      `${count(result.agreeing)} of ${count(result.starts)} random ${agree} with it, on the rows held out too.`,
    );
  }
  if (found && !exact) say('Its constants have no more digits than the noise allows.');
  for (const note of notes) say(`Note: ${note}`);
  const others = frontLines(result);
  if (others.length > 0)
    lines.push('', 'The nearest formula of each size, with its root mean square errors:', ...others);
  lines.push('', endText(result, adapter));
  return `${lines.map(visibleName).join('\n')}\n`;
}

function frontLines({ front, target }: FitResult): string[] {
  const rows = front.map(({ size, inRange, outOfRange }) => [
    String(size),
    errorText(inRange.rmsRelativeError),
    errorText(outOfRange.rmsRelativeError),
  ]);
  const numbers = inColumns(rows);
  return numbers.map((line, k) => {
    const formula = `${target} = ${front[k]?.text}`;
    return `  ${line}  ${clipped(formula, WIDTH - columns(line) - 4)}`;
  });
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
    ...(mlp ? [row(mlp.name, mlp)] : []),
  ];
  const names = Math.max(...rows.map(([name]) => columns(name as string)));
  const numbers = inColumns(rows.map((each) => each.slice(1)));
  return rows.map(([name], k) => `  ${padEnd(name as string, names)}${numbers[k]}`);
}

function endText({ stopped, wallSeconds, searched, found }: FitResult, adapter: string | undefined): string {
  const stacks = new Set(searched.map(({ architecture }) => architecture)).size;
  const where =
    stacks > 0 && adapter
      ? `; ${stacks === 1 ? 'one kind of model was' : `${stacks} kinds of model were`} trained on ${adapter}`
      : '';
  const what = `${duration(wallSeconds)}${where}`;
  const endings = {
    found: `Found in ${what}.`,
    done: `${found ? 'Found' : 'Everything planned was tried'} in ${what}${found ? '' : '; --effort, --models and --steps try more'}.`,
    time: `Time was up after ${what}; --seconds gives more.`,
    interrupted: `Interrupted after ${what}: the best so far is above.`,
  };
  return wrap(endings[stopped]).join('\n');
}

/** With six digits at most. */
const number = (value: number): string => String(Number(value.toPrecision(6)));
