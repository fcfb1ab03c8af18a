/** How a table is to be read: what all readers of tables understand, and its check. */

import { OptionError } from '../errors.ts';
import { checkOptions, show } from '../options/check.ts';
import { anything, either, type Fields, flag, list, oneOf, signal, text } from '../options/kinds.ts';
import type { OnFault } from './cells.ts';
import type { Convention } from './column.ts';
import { checkSeparators } from './csv.ts';

const formats = ['csv', 'tsv', 'whitespace', 'markdown', 'json', 'jsonl', 'npy', 'npz'] as const;

/**
 * What a file is. `csv` is text with any one character between its cells, `tsv` has tabs, `whitespace` blanks and tabs in any
 * number, `markdown` bars, as databases and terminals draw tables too; `json` is an array of rows, `jsonl` one row a line.
 */
export type TableFormat = (typeof formats)[number];

/** How a table is to be read; each option left out is found from the table itself. */
export interface TableOptions {
  /** Default: found out from the beginning of the file. A file that is compressed by gzip is unpacked whatever the format. */
  format?: TableFormat;
  /** Of text: a name that TextDecoder knows, such as 'windows-1252'. Default: UTF-8, or UTF-16 where its mark is there. */
  encoding?: string;
  /** Between the cells of CSV. Default: found. */
  delimiter?: string;
  /** Default: found, column by column, from numbers that can only be read one way. */
  decimal?: '.' | ',';
  /**
   * Separator of thousands, where numbers such as 1,234 leave open whether it is one: ',' makes that 1234, '.' does the
   * same for 1.234; with 'none', digits in groups are not numbers at all. Default: found.
   */
  thousands?: ',' | '.' | 'none';
  /** Whether the first line has names. Default: found. */
  header?: boolean;
  /** What lines of comment begin with; false for none. Default: '#', '%' or '//' where the file begins with one. */
  comment?: string | false;
  /** Columns to read, in this order; others may hold anything. Default: all that hold numbers. */
  columns?: readonly string[];
  /** What becomes of rows with missing cells and words; see `OnFault`. Default 'throw'. */
  onFault?: OnFault;
  /** Ends the reading, with its reason, within a fraction of a second. */
  signal?: AbortSignal;
}

export const tableFields: Fields<TableOptions> = {
  format: oneOf(...formats),
  encoding: text,
  // These two are checked together.
  delimiter: anything('one character'),
  decimal: anything("'.' or ','"),
  thousands: oneOf(',', '.', 'none'),
  header: flag,
  comment: either(text, oneOf(false)),
  columns: list(text, 1),
  onFault: oneOf('throw', 'drop', 'keep'),
  signal,
};

/** `options`, checked. Throws OptionError for one that is not known, of the wrong kind, or that contradicts another. */
export function checkTableOptions<O extends TableOptions>(options: O): O {
  const checked = checkOptions<TableOptions>({ fields: tableFields }, options, 'reading a table');
  const { delimiter, decimal, thousands, comment, encoding } = checked;
  checkSeparators({ delimiter, decimal });
  if (decimal !== undefined && decimal === thousands) {
    throw new OptionError(`decimal and thousands are both ${show(decimal)}; they must differ`);
  }
  if (typeof comment === 'string' && comment.trim() === '') {
    throw new OptionError('comment is empty; it must be what lines of comment begin with, or false');
  }
  if (encoding !== undefined) checkEncoding(encoding);
  return checked as O;
}

function checkEncoding(name: string): void {
  try {
    new TextDecoder(name);
  } catch (cause) {
    throw new OptionError(
      `encoding is '${name}', which is not known here; such are 'utf-8' and 'windows-1252'`,
      { cause },
    );
  }
}

/** How numbers are written, by the options: a separator of thousands says the decimal sign, which is the other one. */
export const conventionOf = ({ decimal, thousands }: TableOptions): Convention => ({
  decimal: decimal ?? ({ ',': '.', '.': ',', none: undefined } as const)[thousands ?? 'none'],
  groups: thousands !== 'none',
});
