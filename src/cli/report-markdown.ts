/** A report as markdown: the tables, or a whole document that says how they were made. */

import { dirname, posix, relative, sep } from 'node:path';
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
import { capital, count, errorText, rough } from './text.ts';

/** What a document says around the tables. */
export interface DocumentFacts {
  /** The command that made it. */
  readonly command: string;
  /** Commands that trained the models. */
  readonly madeWith: readonly string[];
  /** Where it will lie; links to the figures start there. Undefined: in the current folder. */
  readonly file?: string | undefined;
  readonly figures: readonly { readonly file: string; readonly caption: string }[];
}

type Column = readonly [head: string, cell: (row: ReportRow) => string, numeric?: true];

const NONE = '–';

/** The tables, each under a heading, and how to read them. */
export function reportMarkdown(report: Report): string {
  const tables = tablesOf(report);
  return `${[...tableBlocks(tables), ...notesBlock(tables, report)].join('\n\n')}\n`;
}

/** A document: title, how it was made, tables, figures. */
export function reportDocument(report: Report, facts: DocumentFacts): string {
  const tables = tablesOf(report);
  const { adapters, versions, dates, gaps } = report;
  const blocks = [
    '# Benchmarks',
    'Success rates over many random starts, each with its 95 % interval, next to the published ones. This file is ' +
      'generated; change what it is made from.',
    list([
      `Adapter: ${adapters.map(escaped).join('; ')}`,
      `Version: nalu-webgpu ${versions.map(escaped).join(', ')}`,
      `Date: ${datesText(dates)}`,
    ]),
    ...(facts.madeWith.length > 0 ? ['The models were trained with', fenced(facts.madeWith)] : []),
    'This file was made with',
    fenced([facts.command]),
    ...tableBlocks(tables),
    ...figureBlocks(facts),
    '## How to read the tables',
    ...notesBlock(tables, report),
    ...(gaps.length > 0 ? ['## What is missing', list(gaps.map((gap) => escaped(gapText(gap))))] : []),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function tableBlocks(tables: readonly ReportTable[]): string[] {
  return tables.flatMap((table) => [
    `## ${escaped(table.title)}`,
    `${capital(table.facts.map(escaped).join(', '))}.`,
    tableBlock(table),
  ]);
}

function tableBlock(table: ReportTable): string {
  const rows = table.ranges.flat();
  const columns = columnsOf(table, rows);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map(([head]) => head)),
    line(columns.map(([, , numeric]) => (numeric ? '---:' : '---'))),
    ...rows.map((row) => line(columns.map(([, cell]) => cell(row)))),
  ].join('\n');
}

function columnsOf({ judged, figures }: ReportTable, rows: readonly ReportRow[]): Column[] {
  const names: Column[] = [
    ['Range', ({ range }) => escaped(range)],
    ['Extrapolation', ({ extrapolationRange }) => escaped(extrapolationRange)],
    ['Unit', ({ unit }) => escaped(unit)],
  ];
  const diverged: Column[] = rows.some((row) => row.diverged > 0)
    ? [['Diverged', (row) => count(row.diverged), true]]
    : [];
  const median = (value: number | null | undefined) =>
    typeof value === 'number' ? errorText(value) : 'infinite';
  if (!judged) {
    return [
      ...names,
      ['Validation error', (row) => median(row.validationErrorMedian), true],
      ['Extrapolation error', (row) => median(row.extrapolationErrorMedian), true],
      ...figures.map((name): Column => [escaped(name), (row) => median(row.figures[name]), true]),
      ...diverged,
    ];
  }
  const published: Column[] = rows.some((row) => row.published)
    ? [
        [
          'Published',
          ({ published }) => (published ? rateText(published.successRate, published.ci) : ''),
          true,
        ],
        ['', overlapMark],
      ]
    : [];
  return [
    ...names,
    [
      'Success, %',
      ({ successRate, ci }) => (successRate !== null && ci ? rateText(successRate, ci) : NONE),
      true,
    ],
    ...published,
    [
      'Solved at, median',
      ({ solvedAtMedian }) => (solvedAtMedian === null ? NONE : count(Math.round(solvedAtMedian))),
      true,
    ],
    [
      'Mean',
      ({ solvedAtMean, solvedAtCi }) =>
        withInterval(
          steps(solvedAtMean),
          solvedAtCi?.map((end) => steps(end)),
        ),
      true,
    ],
    [
      'Sparsity error',
      ({ sparsityError, sparsityCi }) =>
        withInterval(sparsityError === null ? NONE : errorText(sparsityError), sparsityCi?.map(errorText)),
      true,
    ],
    [
      'Sample mean',
      ({ sparsitySampleMean }) => (sparsitySampleMean === null ? NONE : errorText(sparsitySampleMean)),
      true,
    ],
    ...diverged,
  ];
}

const steps = (value: number | null) => (value === null ? NONE : rough(value));
const withInterval = (text: string, ends: readonly string[] | undefined) =>
  ends ? `${text} [${ends.join(', ')}]` : text;
const rateText = (rate: number, ci: readonly [number, number]) => `${percent(rate)} ${percentInterval(ci)}`;

function notesBlock(tables: readonly ReportTable[], report: Report): string[] {
  return [list(notesOf(tables, report).map((note) => escaped(note.replaceAll('\u00a0', ' '))))];
}

function figureBlocks({ figures, file }: DocumentFacts): string[] {
  if (figures.length === 0) return [];
  const from = file === undefined ? '.' : dirname(file);
  const links = figures.map(({ file: figure, caption }) => {
    const path = relative(from, figure).split(sep).join(posix.sep);
    return `![${escaped(caption)}](${encodeURI(path).replaceAll('(', '%28').replaceAll(')', '%29')})`;
  });
  return ['## Figures', ...links];
}

const list = (items: readonly string[]) => items.map((item) => `- ${item}`).join('\n');
const fenced = (lines: readonly string[]) => `\`\`\`sh\n${lines.join('\n')}\n\`\`\``;

/** Text as it is, where markdown would see a table, emphasis, a link or a tag. */
function escaped(text: string): string {
  return text.replace(/[\\`*_[\]<>|#]/g, '\\$&');
}
