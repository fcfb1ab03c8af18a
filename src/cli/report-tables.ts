/** The tables of a report, before they are text or markdown: one for each task, its settings and operation. */

import { settingsKey, settingsText, taskTitle } from '../report/names.ts';
import { overlapsIn, type Report, type ReportRow } from '../report/summary.ts';
import { count } from './text.ts';

export interface ReportTable {
  readonly task: string;
  /** `Single-module task, mul` */
  readonly title: string;
  /** `inputs 2, 25 seeds, 50,000 steps` */
  readonly facts: readonly string[];
  /** Whether there are successes to count; a table of errors otherwise. */
  readonly judged: boolean;
  /** Further figures of the task, without the points of its curves. */
  readonly figures: readonly string[];
  /** Rows by range, in order. */
  readonly ranges: readonly (readonly [ReportRow, ...ReportRow[]])[];
}

/** The tables of `report`, in its order. */
export function tablesOf({ rows }: Report): ReportTable[] {
  const keyOf = ({ task, settings, op }: ReportRow) => JSON.stringify([task, settingsKey(settings), op]);
  return groups(rows, keyOf).map((own) => {
    const [{ task, settings, op }] = own;
    return {
      task,
      title: op === task ? taskTitle(task) : `${taskTitle(task)}, ${op}`,
      facts: [
        settingsText(settings),
        extent(
          own.map(({ seeds }) => seeds),
          'seed',
        ),
        extent(
          own.flatMap(({ steps }) => steps ?? []),
          'step',
        ),
      ].filter(Boolean),
      judged: own.some(({ successRate }) => successRate !== null),
      figures: [...new Set(own.flatMap(({ figures }) => Object.keys(figures)))].filter(
        (name) => !name.startsWith('curve_'),
      ),
      ranges: groups(own, ({ range }) => range),
    };
  });
}

/** Neighbours with equal keys, together. */
function groups<T>(items: readonly T[], keyOf: (item: T) => string): [T, ...T[]][] {
  const all = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const group = all.get(keyOf(item));
    if (group) group.push(item);
    else all.set(keyOf(item), [item]);
  }
  return [...all.values()];
}

/** `25 seeds`, `24 to 25 seeds` */
function extent(values: readonly number[], noun: string): string {
  if (values.length === 0) return '';
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  return `${low < high ? `${count(low)} to ` : ''}${count(high)} ${noun}${high === 1 ? '' : 's'}`;
}

/** A share in whole per cent, never rounded to 0 or 100 from beside it: `99`, `<1`, `>99`. */
export function percent(share: number): string {
  const rounded = Math.round(100 * share);
  if (rounded === 0 && share > 0) return '<1';
  if (rounded === 100 && share < 1) return '>99';
  return String(rounded);
}

/** Ends of an interval in per cent: `[87, 100]` */
export function percentInterval([low, high]: readonly [number, number]): string {
  return `[${Math.round(100 * low)}, ${Math.round(100 * high)}]`;
}

/** What tells an interval that overlaps the published one from one that does not. */
export function overlapMark({ overlaps }: ReportRow): string {
  return overlaps === null ? '' : overlaps ? '=' : '≠';
}

/** `2026-11-24`, or the first and the last day. */
export function datesText(dates: readonly string[]): string {
  const [first = ''] = dates;
  return dates.length > 1 ? `${first} to ${dates.at(-1)}` : first;
}

/** How to read the tables (some spaces are hard): what the figures are, and what is to be known of the published ones. */
export function notesOf(tables: readonly ReportTable[], { rows }: Report): string[] {
  const judged = tables.some((table) => table.judged);
  const compared = overlapsIn({ rows });
  const shown = rows.flatMap(({ published, steps }) => (published ? [{ ...published, ours: steps }] : []));
  const sources = [...new Set(shown.map(({ source }) => source))];
  const others = shown.some(({ steps, ours }) => ours !== null && steps !== ours);
  const lengths = [...new Set(shown.map(({ steps }) => count(steps)))].join(' or ');
  return [
    ...(judged
      ? [
          'Success: share of models, in per cent, whose extrapolation error is below the threshold at the log point with ' +
            "the smallest validation error, with Wilson's 95\u00a0% interval.",
          'Solved at: median step of the first log point below the threshold, of the successes.',
          ...(rows.some(({ successes, solvedAtMedian }) => successes > 0 && solvedAtMedian === null)
            ? ['Records that were judged again and have no curve do not say when they were solved.']
            : []),
          "Sparsity: how far the successes' worst weight is from -1, 0 or 1: the mean by a beta distribution, and beside it the " +
            'sample mean, which is another where the errors have two modes.',
        ]
      : []),
    ...(tables.some((table) => !table.judged)
      ? ['Errors are medians over all seeds; a model that diverged counts as infinitely wrong.']
      : []),
    ...(shown.length > 0
      ? [
          '= and ≠: the two 95\u00a0% intervals do, or do not, overlap.',
          `Of ${count(compared.cells)} published success rates, ${count(compared.overlapping)} have an interval that overlaps ours.`,
          `Published: ${sources.join('; ')}.`,
          ...(others ? [`The published models were trained for ${lengths} steps.`] : []),
          'Of the published figures compare rates and medians: their sparsity errors, where a beta distribution was ' +
            'fitted, are half of the true mean, and their means of solved at are not sample means.',
        ]
      : []),
  ];
}
