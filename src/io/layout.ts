/**
 * How the text of a table is laid out: what stands before it, and what parts the cells of a row. Found by trying each
 * delimiter on the first lines: it is the one with which all rows have the same number of cells, and most cells are numbers.
 */

import Papa from 'papaparse';
import { readNumber } from './numbers.ts';

export interface Layout {
  /** `delimited`: by one character, cells may be quoted. `whitespace`: by blanks and tabs. `wide`: by two blanks or more. */
  readonly kind: 'delimited' | 'whitespace' | 'wide' | 'markdown';
  readonly delimiter: string;
  /** What lines of comment begin with. */
  readonly comment: string | undefined;
  /** Names in a line of comment before the table; as many as a row has cells. */
  readonly names: readonly string[] | undefined;
  /** Characters before the table. */
  readonly start: number;
}

export interface LayoutOptions {
  readonly kind?: Layout['kind'] | undefined;
  readonly delimiter?: string | undefined;
  readonly decimal?: '.' | ',' | undefined;
  readonly comment?: string | false | undefined;
}

/** Rows that are looked at. */
const ROWS = 100;
const DELIMITERS = [',', '\t', ';', '|'];
const COMMENTS = ['#', '%', '//'];
const SEP = /^"?sep=(.)"?[ \t]*$/i;

/** How `text`, the beginning of a table, is laid out; `whole` tells that it is all of it. */
export function findLayout(text: string, whole: boolean, options: LayoutOptions = {}): Layout {
  const { start, comment, comments, delimiter: told } = preambleOf(text, options.comment);
  const lines = linesOf(text.slice(start), whole, comment);
  const delimiter = options.delimiter ?? told;
  const found = partsOf(lines, { ...options, delimiter });
  const cells = Math.max(0, ...lines.slice(0, 2).map((line) => cellsOf([line], found)[0]?.length ?? 0));
  const names = comments
    .toReversed()
    .slice(0, 1)
    .map((line) => namesIn(line, found, cells))
    .find((list) => list !== undefined);
  return { ...found, comment, names, start };
}

/** Goes over blank lines, `sep=;` and lines of comment at the beginning. */
function preambleOf(text: string, wanted: string | false | undefined) {
  let start = 0;
  let comment = wanted === false ? undefined : wanted;
  let delimiter: string | undefined;
  const comments: string[] = [];
  while (start < text.length) {
    const end = text.indexOf('\n', start);
    const line = text.slice(start, end < 0 ? undefined : end).trim();
    const mark = wanted === undefined ? COMMENTS.find((each) => line.startsWith(each)) : comment;
    const sep = start === 0 ? SEP.exec(line) : null;
    if (sep) delimiter = sep[1];
    else if (mark !== undefined && line.startsWith(mark)) {
      comment ??= mark;
      if (mark === comment)
        comments.push(
          line
            .slice(mark.length)
            .replace(/^[#%/]+/, '')
            .trim(),
        );
    } else if (line !== '') break;
    if (end < 0) return { start: text.length, comment, comments, delimiter };
    start = end + 1;
  }
  return { start, comment, comments, delimiter };
}

/** The first lines, without blank ones and comments; the last one may be cut off and does not count. */
function linesOf(text: string, whole: boolean, comment: string | undefined): string[] {
  const lines = text.split('\n', 4 * ROWS);
  if (!whole && lines.length < 4 * ROWS && lines.length > 1) lines.pop();
  return lines
    .filter((line) => line.trim() !== '' && !(comment !== undefined && line.trimStart().startsWith(comment)))
    .slice(0, ROWS);
}

type Parts = Pick<Layout, 'kind' | 'delimiter'>;

function partsOf(lines: readonly string[], { kind, delimiter, decimal }: LayoutOptions): Parts {
  if (kind === 'whitespace' || kind === 'wide' || (kind === undefined && delimiter === ' ')) {
    const candidates = ['whitespace', 'wide'].map((each) => candidateOf(lines, each as Layout['kind'], ','));
    return best(candidates) ?? { kind: 'whitespace', delimiter: ',' };
  }
  if (kind === 'markdown' || (kind === undefined && delimiter === undefined && isMarkdown(lines))) {
    return { kind: 'markdown', delimiter: ',' };
  }
  if (delimiter !== undefined) return { kind: 'delimited', delimiter };
  const marks = decimal === ',' ? DELIMITERS.slice(1) : DELIMITERS;
  const marked = best(marks.map((mark) => candidateOf(lines, 'delimited', mark)));
  if (kind === 'delimited') return marked ?? single(lines, decimal);
  const blank = best([candidateOf(lines, 'whitespace', ','), candidateOf(lines, 'wide', ',')]);
  if (blank && blank.even === 1 && blank.score > (marked?.score ?? 0)) return blank;
  return marked ?? single(lines, decimal);
}

/** One column: a comma in it would be the decimal sign or part of a number. */
const single = (lines: readonly string[], decimal: LayoutOptions['decimal']): Parts => ({
  kind: 'delimited',
  delimiter: decimal === ',' || lines.some((line) => line.includes(',')) ? ';' : ',',
});

interface Candidate extends Parts {
  /** Share of the rows with as many cells as most have. */
  readonly even: number;
  readonly score: number;
  readonly columns: number;
}

const best = (candidates: readonly (Candidate | undefined)[]): Candidate | undefined =>
  candidates
    .filter((each) => each !== undefined)
    .reduce<Candidate | undefined>(
      (top, each) =>
        !top || each.score > top.score || (each.score === top.score && each.columns > top.columns)
          ? each
          : top,
      undefined,
    );

/** How well the lines fit; undefined where they have no two columns. */
function candidateOf(
  lines: readonly string[],
  kind: Layout['kind'],
  delimiter: string,
): Candidate | undefined {
  const rows = cellsOf(lines, { kind, delimiter });
  const columns = commonest(rows.map(({ length }) => length));
  if (columns < 2) return undefined;
  const begin = rows.findIndex(({ length }) => length === columns);
  // The names of R's tables are one fewer than the cells of a row; any other line before the table is its title.
  const titles = rows.slice(0, begin).filter(({ length }) => length !== columns - 1 || begin !== 1);
  const isHeader = (row: readonly string[] = []) => row.filter(isWord).length > row.length / 2;
  if (titles.length > 0 && !(titles.every((row) => filled(row) === 1) && isHeader(rows[begin])))
    return undefined;
  const body = rows.slice(titles.length);
  const fits = (row: readonly string[], k: number): boolean =>
    row.length === columns ||
    (k === 0 && row.length === columns - 1) ||
    (row.length > columns && row.slice(columns).every((cell) => cell.trim() === ''));
  const even = body.filter(fits).length / body.length;
  const inside = body.slice(body.length > 2 ? 2 : body.length > 1 ? 1 : 0).flat();
  // Blanks within a number, and no quotation marks around it, rather part the cells of a table than thousands.
  const isDoubtful = delimiter === ',' && kind === 'delimited' && !lines.some((line) => line.includes('"'));
  const isCell = (cell: string): boolean => !isWord(cell) && !(isDoubtful && /[0-9] +[0-9]/.test(cell));
  const numeric = inside.length === 0 ? 0 : inside.filter(isCell).length / inside.length;
  return { kind, delimiter, columns, even, score: even * even * (numeric + 0.05) };
}

const isWord = (cell: string): boolean => readNumber(cell) === 'not a number';
const filled = (row: readonly string[]): number => row.filter((cell) => cell.trim() !== '').length;

function commonest(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((top, each) => (each[1] > top[1] ? each : top), [0, 0])[0];
}

/** Cells of complete lines; a quoted cell may take several of them. */
export function cellsOf(lines: readonly string[], { kind, delimiter }: Parts): string[][] {
  if (kind !== 'delimited')
    return lines.map((line) => lineCells(line, kind)).filter((row) => row !== undefined);
  const { data } = new Papa.Parser({ delimiter, newline: '\n' }).parse(
    lines.join('\n'),
    0,
    false,
  ) as Papa.ParseResult<string[]>;
  return data;
}

const RULE = /^[\s|+:=─━┼╪|-]*$/;

/** Whether Markdown, a database or a terminal drew the table: a line of dashes below the first. */
function isMarkdown(lines: readonly string[]): boolean {
  const isRule = (line = ''): boolean => RULE.test(line) && /-|─|━|=/.test(line) && /[|+┼╪]/.test(line);
  const bar = (line = ''): boolean => /[|│]/.test(line);
  return (bar(lines[0]) && isRule(lines[1])) || (isRule(lines[0]) && bar(lines[1]));
}

/** Cells of one line; undefined for a line that only draws. */
export function lineCells(line: string, kind: Exclude<Layout['kind'], 'delimited'>): string[] | undefined {
  if (kind === 'wide') return line.trim().split(/[ \u00a0]{2,}|[ \u00a0]*\t[ \u00a0]*/);
  if (kind === 'whitespace') {
    return (line.match(/"[^"]*"|[^\s]+/g) ?? []).map((cell) => cell.replace(/^"([^"]*)"$/, '$1'));
  }
  if (RULE.test(line) && !/^[\s|]*$/.test(line)) return undefined;
  const bars = line.trim().replaceAll('│', '|');
  const inner = bars.slice(
    bars.startsWith('|') ? 1 : 0,
    bars.endsWith('|') && !bars.endsWith('\\|') ? -1 : undefined,
  );
  return inner.split(/(?<!\\)\|/).map((cell) =>
    cell
      .replaceAll('\\|', '|')
      .trim()
      .replace(/^(\*\*|`)(.*)\1$/, '$2'),
  );
}

/** Names in a line of comment, if there are as many as cells in a row: apart as the table's cells are, or by blanks or commas. */
function namesIn(line: string, found: Parts, cells: number): readonly string[] | undefined {
  const ways: Parts[] = [
    found,
    { kind: 'delimited', delimiter: ',' },
    { kind: 'delimited', delimiter: '\t' },
    { kind: 'wide', delimiter: ',' },
    { kind: 'whitespace', delimiter: ',' },
  ];
  for (const way of ways) {
    const names = (cellsOf([line], way)[0] ?? []).map((name) => name.trim());
    if (names.length === cells && names.some((name) => isWord(name))) return names;
  }
  return undefined;
}
