/** Cells of a table as text: which are numbers, which are missing, and how those that are neither are told. */

export interface CellFault {
  /** From 1, without the line of names. */
  readonly row: number;
  readonly column: string;
  readonly kind: 'missing' | 'not a number';
  /** What stands there, at most forty characters of it. */
  readonly text: string;
}

export interface CellFaults {
  readonly count: number;
  /** Rows that have at least one. */
  readonly rows: number;
  /** The first twenty. */
  readonly first: readonly CellFault[];
}

/**
 * What becomes of a row with a cell that is missing or no number: `throw` a FileFormatError that lists the first of them,
 * `drop` the row, or `keep` it with NaN.
 */
export type OnFault = 'throw' | 'drop' | 'keep';

/** What stands for a missing value, whatever its case, besides nothing at all. */
const MISSING = new Set(['na', 'n/a', 'nan', 'null', 'none', '-', '?', '#n/a']);
const NUMBER = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;

export type Cell = number | 'missing' | 'not a number';

/** The finite number in `text`, which may stand between spaces; with `comma`, it has a decimal comma. */
export function readCell(text: string, comma: boolean): Cell {
  const trimmed = text.trim();
  // With a decimal comma, a point would be a separator of thousands: ambiguous, so neither is read.
  const digits = comma ? trimmed.replace('.', 'x').replace(',', '.') : trimmed;
  const value = NUMBER.test(digits) ? Number(digits) : Number.NaN;
  if (Number.isFinite(value)) return value;
  return trimmed === '' || MISSING.has(trimmed.toLowerCase()) ? 'missing' : 'not a number';
}

/** `3 cells in 2 rows are no numbers: row 4, column 'a' is missing; row 7, column 'b' holds "x"; …` */
export function describeFaults({ count, rows, first }: CellFaults, shown = 5): string {
  const list = first.slice(0, shown).map(({ row, column, kind, text }) => {
    const what = kind === 'missing' ? 'is missing' : `holds ${JSON.stringify(text)}`;
    return `row ${row}, column '${column}' ${what}`;
  });
  if (count > list.length) list.push(`and ${count - list.length} more`);
  const cells = count === 1 ? '1 cell is' : `${count} cells in ${rows} ${rows === 1 ? 'row' : 'rows'} are`;
  return `${cells} missing or no number: ${list.join('; ')}`;
}
