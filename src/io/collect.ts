/** Gathers rows of cells into a table, and what is missing or no number in them. */

import { FileFormatError } from '../errors.ts';
import { type Cell, type CellFault, type CellFaults, describeFaults, type OnFault } from './cells.ts';
import { listed, makeTable, type Table } from './table.ts';

/** Faults that are kept to be shown. */
const SHOWN = 20;

const COMMA = /^\s*[-+]?[0-9]*,[0-9]+\s*$/;

interface Column {
  readonly name: string;
  values: Float64Array<ArrayBuffer>;
  numbers: number;
  faults: number;
  /** Whether any cell holds something else than a number. */
  words: boolean;
  first: CellFault[];
}

export class Collector {
  readonly #format: string;
  readonly #onFault: OnFault;
  #columns: Column[];
  /** Rows gathered, and how many went by before them. */
  #rows = 0;
  #before = 0;

  constructor(format: string, names: readonly string[], onFault: OnFault) {
    this.#format = format;
    this.#onFault = onFault;
    this.#columns = names.map(emptyColumn);
  }

  get rows(): number {
    return this.#rows;
  }

  /** One row; `cell(k)` is what stands in column k, `text(k)` the same as text. */
  add(cell: (column: number) => Cell, text: (column: number) => string): void {
    const row = this.#before + this.#rows + 1;
    for (let k = 0; k < this.#columns.length; k++) {
      const column = this.#columns[k] as Column;
      if (this.#rows === column.values.length) column.values = grown(column.values);
      const value = cell(k);
      if (typeof value === 'number') {
        column.values[this.#rows] = value;
        column.numbers += 1;
        continue;
      }
      column.values[this.#rows] = Number.NaN;
      column.faults += 1;
      if (value === 'not a number') column.words = true;
      if (column.first.length < SHOWN) {
        column.first.push({ row, column: column.name, kind: value, text: text(k).slice(0, 40) });
      }
    }
    this.#rows += 1;
  }

  /**
   * The table of all rows since the last call. With `leaveOutText`, a column of words without any number is no part of it
   * and no fault. Throws FileFormatError at the first fault if that is what faults are for.
   */
  take(leaveOutText: boolean): Table {
    const isText = (column: Column) => leaveOutText && column.numbers === 0 && column.words;
    const kept = this.#columns.filter((column) => !isText(column));
    const text = this.#columns.filter(isText).map(({ name }) => name);
    if (kept.length === 0) {
      const commas = this.#columns.some(({ first }) => first.some((fault) => COMMA.test(fault.text)));
      const advice = commas ? "; if these are decimal commas, say decimal: ','" : '';
      const message = `no column holds a number; the columns are ${listed(text)}${advice}`;
      throw new FileFormatError(this.#format, { offset: 0 }, message);
    }
    const whole = wholeRows(kept, this.#rows);
    const faults = faultsOf(kept, this.#rows - whole.length);
    if (faults && this.#onFault === 'throw') {
      const { row, column } = faults.first[0] as CellFault;
      throw new FileFormatError(this.#format, { row, column }, describeFaults(faults));
    }
    const drop = faults !== undefined && this.#onFault === 'drop';
    const values = kept.map((column) =>
      drop
        ? Float64Array.from(whole, (row) => column.values[row] as number)
        : column.values.slice(0, this.#rows),
    );
    this.#before += this.#rows;
    this.#rows = 0;
    this.#columns = this.#columns.map(({ name }) => emptyColumn(name));
    return makeTable(
      kept.map(({ name }) => name),
      values,
      { ...(text.length > 0 && { text }), ...(faults && { faults }) },
    );
  }
}

const emptyColumn = (name: string): Column => ({
  name,
  values: new Float64Array(16),
  numbers: 0,
  faults: 0,
  words: false,
  first: [],
});

function grown(values: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * values.length);
  larger.set(values);
  return larger;
}

/** Rows without NaN. */
function wholeRows(columns: readonly Column[], rows: number): number[] {
  const broken = columns.filter(({ faults }) => faults > 0);
  return Array.from({ length: rows }, (_, row) => row).filter((row) =>
    broken.every(({ values }) => !Number.isNaN(values[row])),
  );
}

function faultsOf(columns: readonly Column[], rows: number): CellFaults | undefined {
  const count = columns.reduce((sum, { faults }) => sum + faults, 0);
  if (count === 0) return undefined;
  const first = columns.flatMap((column) => column.first).sort((a, b) => a.row - b.row);
  return { count, rows, first: first.slice(0, SHOWN) };
}
