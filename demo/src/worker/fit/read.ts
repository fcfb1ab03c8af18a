/** Reads a table, and tells what the page shows of it. */

import { readTable, summarize, type Table } from '../../../../src/io/index.ts';
import type { ReadingOptions, TableFacts } from './protocol.ts';

/** Rows that are shown. */
const FIRST = 8;

/** Throws FileFormatError, with row and column where it can. */
export function read(content: string | Blob, options: ReadingOptions): Promise<Table> {
  const { decimal, delimiter, missing } = options;
  return readTable(content, {
    decimal,
    ...(delimiter !== undefined && { delimiter }),
    onFault: missing === 'drop' ? 'drop' : 'throw',
  });
}

export function factsOf(table: Table): TableFacts {
  const { rows, duplicateRows, columns } = summarize(table);
  return {
    rows,
    duplicateRows,
    columns,
    text: table.text ?? [],
    dropped: table.faults?.rows ?? 0,
    first: Array.from({ length: Math.min(FIRST, rows) }, (_, row) =>
      table.columns.map((column) => column[row] as number),
    ),
  };
}
