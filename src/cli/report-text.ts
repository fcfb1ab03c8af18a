/** The text of `nalu report`: tables in the form of the papers, in at most 80 columns. */

import { gapText } from '../report/gaps.ts';
import type { Report, ReportRow } from '../report/summary.ts';
import {
  datesText,
  notesOf,
  overlapMark,
  percent,
  percentInterval,
  type ReportTable,
  tablesOf,
} from './report-tables.ts';
import { columns, count, errorText, labelled, padEnd, padStart, WIDTH, wrap, wrapList } from './text.ts';

/** A column: its head, and what it says of a row. */
interface Column {
  readonly head: string;
  cell(row: ReportRow): string;
}

const NONE = '–';

/** Gaps that are listed. */
const MOST_GAPS = 20;

/** All of the report. */
export function reportText(report: Report): string {
  const tables = tablesOf(report);
  return [
    ...tables.flatMap((table) => [...tableLines(table), '']),
    ...notesOf(tables, report).flatMap((note) => wrap(note).map((line) => line.replaceAll('\u00a0', ' '))),
    '',
    ...madeLines(report),
    ...gapLines(report),
    '',
  ].join('\n');
}

function tableLines(table: ReportTable): string[] {
  const { title, facts, ranges } = table;
  const rows = ranges.flat();
  const label = Math.max(...rows.map(({ unit }) => columns(unit))) + 4;
  const all = columnsOf(table, rows);
  // The column of diverged models is left out where it would need a table of its own.
  const whole = rows.some(({ diverged }) => diverged > 0) ? [...all, DIVERGED] : all;
  const split = (some: readonly Column[]) => chunks(some, rows, WIDTH - label);
  const fits = split(whole).length === split(all).length;
  return [
    ...wrap(title),
    ...wrapList(facts),
    ...(fits ? [] : wrapList(divergedParts(rows))),
    ...split(fits ? whole : all).flatMap((some) => ['', ...partLines(table, some, label)]),
  ];
}

const DIVERGED: Column = {
  head: 'diverged',
  cell: ({ diverged }) => (diverged > 0 ? count(diverged) : NONE),
};

/** `diverged: NALU 13 of 225`, `NPU 2 of 225` */
function divergedParts(rows: readonly ReportRow[]): string[] {
  const parts = [...new Set(rows.map(({ unit }) => unit))].flatMap((name) => {
    const own = rows.filter(({ unit }) => unit === name);
    const sum = (field: 'diverged' | 'seeds') => own.reduce((total, row) => total + row[field], 0);
    return sum('diverged') > 0 ? [`${name} ${count(sum('diverged'))} of ${count(sum('seeds'))}`] : [];
  });
  return parts.map((part, at) => (at === 0 ? `diverged: ${part}` : part));
}

/** Some of the columns, for all ranges and units; `label` columns are for the units. */
function partLines({ ranges }: ReportTable, some: readonly Column[], label: number): string[] {
  const widths = some.map((column) => widthOf(column, ranges.flat()));
  const line = (name: string, cells: readonly string[]) => {
    const padded = cells.map((cell, at) => `  ${padStart(cell, widths[at] as number)}`);
    return (padEnd(name, label) + padded.join('')).trimEnd();
  };
  const heads = line(
    '',
    some.map(({ head }) => head),
  );
  return ranges.flatMap((own, at) => [
    ...headed(`  ${rangeText(own[0])}`, at === 0 ? heads : ''),
    ...own.map((row) =>
      line(
        `    ${row.unit}`,
        some.map(({ cell }) => cell(row)),
      ),
    ),
  ]);
}

/** The range, and on the same line, where there is room, the heads of the columns. */
function headed(range: string, heads: string): string[] {
  const indent = heads.length - heads.trimStart().length;
  if (heads === '') return [range];
  return columns(range) + 2 <= indent ? [range + heads.slice(columns(range))] : [heads, range];
}

const rangeText = ({ range, extrapolationRange }: ReportRow) => `${range} → ${extrapolationRange}`;

function columnsOf({ judged, figures }: ReportTable, rows: readonly ReportRow[]): Column[] {
  const median = (value: number | null | undefined) =>
    typeof value === 'number' ? errorText(value) : 'infinite';
  if (!judged) {
    return [
      { head: 'validation', cell: (row) => median(row.validationErrorMedian) },
      { head: 'extrapolation', cell: (row) => median(row.extrapolationErrorMedian) },
      ...figures.map((name) => ({ head: name, cell: (row: ReportRow) => median(row.figures[name]) })),
    ];
  }
  const published: Column[] = rows.some((row) => row.published)
    ? [
        {
          head: 'published',
          cell: ({ published }) => (published ? rateText(published.successRate, published.ci) : ''),
        },
        { head: '', cell: overlapMark },
      ]
    : [];
  return [
    {
      head: 'success',
      cell: ({ successRate, ci }) => (successRate === null || ci === null ? NONE : rateText(successRate, ci)),
    },
    ...published,
    {
      head: 'solved at',
      cell: ({ solvedAtMedian }) => (solvedAtMedian === null ? NONE : count(Math.round(solvedAtMedian))),
    },
    {
      head: 'sparsity',
      cell: sparsityText,
    },
  ];
}

/** The mean of a beta distribution, and where the errors have two modes, so that it misleads, the sample mean in brackets. */
function sparsityText({ sparsityError, sparsitySampleMean }: ReportRow): string {
  if (sparsityError === null || sparsitySampleMean === null) return NONE;
  const same = Math.abs(sparsityError - sparsitySampleMean) <= 0.05 * sparsitySampleMean;
  return `${errorText(sparsityError)}${same ? '' : ` (${errorText(sparsitySampleMean)})`}`;
}

const rateText = (rate: number, ci: readonly [number, number]) =>
  `${percent(rate)} ${padStart(percentInterval(ci), 9)}`;

const widthOf = ({ head, cell }: Column, rows: readonly ReportRow[]) =>
  Math.max(columns(head), ...rows.map((row) => columns(cell(row))));

/** Columns, as many at a time as fit `width`. */
function chunks(all: readonly Column[], rows: readonly ReportRow[], width: number): Column[][] {
  const parts: Column[][] = [];
  let left = 0;
  for (const column of all) {
    const needed = widthOf(column, rows) + 2;
    if (parts.length > 0 && needed <= left) parts.at(-1)?.push(column);
    else {
      parts.push([column]);
      left = width;
    }
    left -= needed;
  }
  return parts;
}

/** On what, when and with which version. */
function madeLines({ adapters, versions, dates }: Report): string[] {
  return [
    ...labelled('Adapter', adapters.join('; '), 9),
    ...labelled('Version', `nalu-webgpu ${versions.join(', ')}`, 9),
    ...labelled('Date', datesText(dates), 9),
  ];
}

function gapLines({ gaps }: Report): string[] {
  if (gaps.length === 0) return [];
  const cells = gaps.length === 1 ? 'One cell lacks' : `${count(gaps.length)} cells lack`;
  const shown = gaps.slice(0, MOST_GAPS);
  const rest = gaps.length - shown.length;
  return [
    '',
    `${cells} seeds that others have:`,
    ...shown.flatMap((gap) => hanging(gapText(gap))),
    ...(rest > 0 ? [`  and ${count(rest)} more (--format json lists all)`] : []),
  ];
}

/** Wrapped, with all lines but the first further in. */
function hanging(text: string): string[] {
  const [first = '', ...rest] = wrap(text, { indent: 4 });
  return [first.slice(2), ...rest];
}
