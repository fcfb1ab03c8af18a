/** The first records of a table: which of them are titles, names and units, and where the rows of numbers begin. */

import { FileFormatError } from '../errors.ts';
import { readNumber } from './numbers.ts';
import { FORMAT } from './records.ts';
import { defaultNames, listed, shortName } from './table.ts';

export interface Head {
  /** One for each cell of a row, unique. */
  readonly names: readonly string[];
  /** Names that were made up for columns that have none. */
  readonly unnamed: ReadonlySet<string>;
  /** Records before the first row of numbers. */
  readonly skip: number;
  readonly units: readonly string[] | undefined;
  readonly notes: readonly string[];
}

export interface HeadOptions {
  /** Whether there is a line of names; undefined: found. */
  readonly header?: boolean | undefined;
  /** Names from a line of comment. */
  readonly names?: readonly string[] | undefined;
}

/** Records that are looked at. */
export const HEAD = 64;

/** More columns than spreadsheets have. */
const MAX_COLUMNS = 16_384;

type Row = readonly string[];

const isWord = (cell = ''): boolean => readNumber(cell) === 'not a number';
const isNumber = (cell = ''): boolean => typeof readNumber(cell) === 'object';
const isBlank = (cell = ''): boolean => cell.trim() === '';

/** Of the first records, at least one. Throws FileFormatError for two columns of one name and for too many. */
export function readHead(records: readonly Row[], { header, names: told }: HeadOptions): Head {
  const titles = header === false ? 0 : titlesBefore(records);
  const rows = records.slice(titles);
  const first = rows[0] as Row;
  const notes = titles > 0 ? [`${titles} ${titles === 1 ? 'line' : 'lines'} before the table left out.`] : [];
  const below = rows.slice(1);
  const found = header ?? hasNames(first, below, told !== undefined);
  if (header === undefined && found && !first.some(isWord)) {
    notes.push(`The first line, ${listed(first)}, counts as names (header: false says otherwise).`);
  } else if (header === undefined && !found && first.some(isWord)) {
    notes.push('The first line counts as a row and not as names (header: true says otherwise).');
  }
  const width = Math.min(...(below.length > 0 ? below : [first]).map(({ length }) => length));
  const given = withoutBlankEnd(found ? first : (told ?? []), below);
  if (!found && !told) checkWidth(first.length);
  checkWidth(given.length);
  // In R's tables the numbers of the rows have no name.
  const isShort = given.length > 0 && below.length > 0 && width === given.length + 1;
  const lastIsBlank = (found ? below : rows).every((row) => isBlank(row[given.length]));
  const raw = given.length === 0 ? undefined : isShort && !lastIsBlank ? ['', ...given] : given;
  const { names, unnamed } = raw
    ? uniqueNames(raw)
    : { names: defaultNames(first.length), unnamed: new Set<string>() };
  const units = found ? unitRows(below, names.length) : 0;
  return {
    names,
    unnamed,
    skip: titles + (found ? 1 : 0) + units,
    units:
      units > 0 ? (below[0] as Row).map((cell) => cell.trim().replace(/^[[(](.*)[\])]$/, '$1')) : undefined,
    notes:
      units > 0
        ? [...notes, `Units below the names: ${listed((below[0] as Row).map((c) => c.trim()))}.`]
        : notes,
  };
}

/** Without the cells that a delimiter at the end of the line makes. */
function withoutBlankEnd(names: Row, below: readonly Row[]): Row {
  let length = names.length;
  const isEmpty = (k: number) => isBlank(names[k]) && below.every((row) => isBlank(row[k]));
  while (length > 0 && isEmpty(length - 1)) length -= 1;
  return names.slice(0, length);
}

/** Lines of a single cell before a line of names: what a spreadsheet has above its table. */
function titlesBefore(records: readonly Row[]): number {
  const width = Math.max(...records.map(({ length }) => length));
  const filled = (row: Row) => row.filter((cell) => !isBlank(cell)).length;
  const titles = records.findIndex((row) => filled(row) > 1);
  if (titles <= 0 || width < 2) return 0;
  const next = records[titles] as Row;
  const isTitle = (row: Row) => filled(row) === 1 && isWord(row.find((cell) => !isBlank(cell)));
  return records.slice(0, titles).every(isTitle) && next.filter(isWord).length > filled(next) / 2
    ? titles
    : 0;
}

function hasNames(first: Row, below: readonly Row[], told: boolean): boolean {
  const columns = first.map((cell, k) => ({ cell, values: below.map((row) => row[k] ?? '') }));
  const words = columns.filter(({ cell }) => isWord(cell));
  if (words.length === 0) return !told && areNumericNames(first, below);
  // A cell with a unit, as all below it have, is a number.
  const numeric = columns.filter(({ values }) => values.some(isNumber) && !values.some(isWord));
  if (numeric.some(({ cell }) => isWord(cell)) || numeric.length === 0) return true;
  // Words stand only where there are words in all rows: names are told from a row by their numbers.
  const numbers = numeric.map(({ cell }) => cell).filter((cell) => !isBlank(cell));
  return numbers.length < numeric.length || areNumericNames(numbers, below);
}

/** Years, or the numbers that software gives to columns without names: whole, one after the other, over other numbers. */
function areNumericNames(cells: Row, below: readonly Row[]): boolean {
  if (below.length < 2 || cells.slice(1).some(isBlank)) return false;
  const filled = cells.filter((cell) => !isBlank(cell));
  if (!filled.every((cell) => /^\s*[0-9]{1,4}\s*$/.test(cell))) return false;
  const numbers = filled.map(Number);
  const [start = 0, second = Number.NaN] = numbers;
  const step = second - start;
  if (numbers.length < 2 || !numbers.every((value, k) => value === start + k * step)) return false;
  const values = below.flatMap((row) => row.filter(isNumber));
  const isWhole = (text: string) => /^\s*[0-9]+\s*$/.test(text);
  const isYear = (value: number) => value >= 1500 && value <= 2200;
  if (step >= 1 && step <= 10 && numbers.every(isYear)) {
    return !values.some((text) => isWhole(text) && isYear(Number(text)));
  }
  const counted = start === 0 && step === 1 && (numbers.length > 2 || filled.length < cells.length);
  const offset = cells.length - filled.length;
  const hasFraction = (_: string, k: number) => below.some((row) => /[.,]/.test(row[k + offset] ?? ''));
  return counted && filled.every(hasFraction);
}

/** Rows of words between the names and columns of numbers: units, and what instruments write below them. */
function unitRows(below: readonly Row[], width: number): number {
  const isNumeric = (k: number) => {
    const cells = below.slice(1).map((row) => row[k]);
    return cells.filter(isNumber).length > cells.length / 2;
  };
  const numeric = Array.from({ length: width }, (_, k) => k).filter(isNumeric);
  let rows = 0;
  while (rows < 3 && rows + 1 < below.length) {
    const row = below[rows] as Row;
    const words = numeric.filter((k) => isWord(row[k]) || /^[[(].*[\])]$/.test((row[k] ?? '').trim()));
    // A ratio has the unit 1.
    const hasNumbers = numeric.some((k) => isNumber(row[k]) && !words.includes(k) && row[k]?.trim() !== '1');
    if (words.length === 0 || hasNumbers) break;
    const hasOne = numeric.some((k) => row[k]?.trim() === '1');
    // One word in a column of numbers is a fault in a row; units stand in most columns of numbers, and in no other.
    const others = row.filter((cell, k) => !numeric.includes(k) && isWord(cell));
    const enough = words.length > numeric.length / 2 || (2 * words.length === numeric.length && !hasOne);
    if (!enough || others.length > 0) break;
    rows += 1;
  }
  return rows;
}

function uniqueNames(record: Row): Pick<Head, 'names' | 'unnamed'> {
  const unnamed = new Set<string>();
  const names = record.map((text, k) => {
    if (!isBlank(text)) return text.trim();
    unnamed.add(`column${k + 1}`);
    return `column${k + 1}`;
  });
  const seen = new Set<string>();
  for (const [k, name] of names.entries()) {
    if (seen.has(name)) {
      throw new FileFormatError(
        FORMAT,
        { column: k + 1 },
        `a second column is called '${shortName(name)}'; rename one`,
      );
    }
    seen.add(name);
  }
  return { names, unnamed };
}

function checkWidth(columns: number): void {
  if (columns <= MAX_COLUMNS) return;
  throw new FileFormatError(FORMAT, { offset: 0 }, `${columns} columns; at most ${MAX_COLUMNS} are read`);
}
