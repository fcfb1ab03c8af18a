/** How a table is to be read: what all readers of tables understand, and its check. */

import { OptionError } from '../errors.ts';
import type { OnFault } from './cells.ts';
import type { Convention } from './column.ts';
import { checkSeparators } from './csv.ts';
import { listed } from './table.ts';

const formats = ['csv', 'tsv', 'whitespace', 'markdown', 'json', 'jsonl', 'npy', 'npz'] as const;

/**
 * What a file is. `csv` is text with any one character between its cells, `tsv` has tabs, `whitespace` blanks and tabs in any
 * number, `markdown` bars, as databases and terminals draw tables too; `json` is an array of rows, `jsonl` one row a line.
 */
export type TableFormat = (typeof formats)[number];

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
   * same for 1.234; with 'none', digits in groups are no numbers at all. Default: found.
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

const checks: Readonly<Record<keyof TableOptions, (value: never) => string | undefined>> = {
  format: oneOf(formats),
  encoding: (name: unknown) => {
    try {
      new TextDecoder(name as string);
      return undefined;
    } catch {
      return "it must be the name of an encoding, such as 'utf-8' or 'windows-1252'";
    }
  },
  // These two are checked together.
  delimiter: () => undefined,
  decimal: () => undefined,
  thousands: oneOf([',', '.', 'none']),
  header: (value: unknown) => (typeof value === 'boolean' ? undefined : 'it must be true or false'),
  comment: (value: unknown) =>
    value === false || (typeof value === 'string' && value.trim() !== '')
      ? undefined
      : 'it must be what lines of comment begin with, or false',
  columns: (value: unknown) =>
    Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string')
      ? undefined
      : 'it must be a list of names',
  onFault: oneOf(['throw', 'drop', 'keep']),
  signal: (value: unknown) =>
    typeof value === 'object' && value !== null && 'aborted' in value
      ? undefined
      : 'it must be an AbortSignal',
};

function oneOf(values: readonly string[]) {
  return (value: unknown): string | undefined =>
    values.includes(value as string) ? undefined : `it must be one of ${listed(values)}`;
}

/** Throws OptionError for an option that is not known, of the wrong kind, or that contradicts another. */
export function checkTableOptions(options: TableOptions): void {
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(checks, name)) {
      throw new OptionError(
        `there is no option '${name}' for tables; there are ${listed(Object.keys(checks))}`,
      );
    }
    if (value === undefined) continue;
    const fault = checks[name as keyof TableOptions](value as never);
    if (fault) throw new OptionError(`${name} is ${JSON.stringify(value) ?? String(value)}; ${fault}`);
  }
  const { delimiter, decimal, thousands } = options;
  checkSeparators({ delimiter, decimal });
  if (decimal !== undefined && decimal === thousands) {
    throw new OptionError(`decimal and thousands are both ${JSON.stringify(decimal)}; they must differ`);
  }
}

/** How numbers are written, by the options: a separator of thousands says the decimal sign, which is the other one. */
export const conventionOf = ({ decimal, thousands }: TableOptions): Convention => ({
  decimal: decimal ?? ({ ',': '.', '.': ',', none: undefined } as const)[thousands ?? 'none'],
  groups: thousands !== 'none',
});
