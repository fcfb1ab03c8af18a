/** Tables written as CSV. */

import { DataError, OptionError } from '../errors.ts';
import { checkArguments, checkOptions, show } from '../options/check.ts';
import { anything, type Description, flag } from '../options/kinds.ts';
import { type Table, tableKind } from './table.ts';

/** How CSV is written. */
export interface CsvWriteOptions {
  /** Default ','. */
  delimiter?: string;
  /** Default '.'. */
  decimal?: '.' | ',';
}

const description: Description<CsvWriteOptions & { header?: boolean }> = {
  // The first two are checked together.
  fields: { delimiter: anything('one character'), decimal: anything("'.' or ','"), header: flag },
};

/** Cells of a line; those that need quotation marks get them. */
export function csvCells(cells: readonly string[], delimiter: string): string {
  let line = '';
  for (let k = 0; k < cells.length; k++) {
    const text = cells[k] as string;
    if (k > 0) line += delimiter;
    line += csvCell(text, delimiter);
  }
  return line;
}

/** One cell, in quotation marks if it needs them. */
export const csvCell = (text: string, delimiter: string): string =>
  text.includes(delimiter) || text.includes('"') || text.includes('\n') || text.includes('\r')
    ? `"${text.replaceAll('"', '""')}"`
    : text;

/** Writes `table`, names first, with the fewest digits that give the same float64 again; NaN is an empty cell. */
export function writeCsv(table: Table, options: CsvWriteOptions = {}): string {
  checkArguments('writeCsv()', { table }, { table: tableKind });
  return [...csvLines(table, options)].join('');
}

/** The lines of `writeCsv`, for streams; without `header` only the rows, for every batch after the first. */
export function csvLines(
  table: Table,
  options: CsvWriteOptions & { header?: boolean } = {},
): Generator<string> {
  checkArguments('csvLines()', { table }, { table: tableKind });
  const given = checkOptions(description, options, 'writing a table');
  const { delimiter = ',', decimal = '.', header = true } = given;
  checkSeparators({ delimiter, decimal });
  return linesOf(table, delimiter, decimal, header);
}

function* linesOf(
  { names, columns, rows }: Table,
  delimiter: string,
  decimal: '.' | ',',
  header: boolean,
): Generator<string> {
  if (header) yield `${csvCells(names, delimiter)}\n`;
  for (let row = 0; row < rows; row++) {
    const cells = columns.map((column) => {
      const value = column[row] as number;
      if (!Number.isFinite(value) && !Number.isNaN(value)) {
        throw new DataError(`row ${row}: ${value} cannot be written as a number`);
      }
      return numberText(value, decimal);
    });
    yield `${cells.join(delimiter)}\n`;
  }
}

/** The fewest digits that give the same float64 again; nothing for NaN. */
export const numberText = (value: number, decimal: '.' | ',' = '.'): string =>
  Number.isNaN(value) ? '' : String(Object.is(value, -0) ? '-0' : value).replace('.', decimal);

/** Throws OptionError for a delimiter or a decimal sign that is none. */
export function checkSeparators({ delimiter, decimal }: { delimiter?: unknown; decimal?: unknown }): void {
  if (delimiter !== undefined && (typeof delimiter !== 'string' || !/^[^"\n\r\ufeff]$/.test(delimiter))) {
    throw new OptionError(`delimiter is ${show(delimiter)}; it must be one character, no quotation mark`);
  }
  if (decimal !== undefined && decimal !== '.' && decimal !== ',') {
    throw new OptionError(`decimal is ${show(decimal)}; it must be '.' or ','`);
  }
  if (decimal !== undefined && decimal === delimiter) {
    throw new OptionError(`delimiter and decimal are both ${show(decimal)}; they must differ`);
  }
}
