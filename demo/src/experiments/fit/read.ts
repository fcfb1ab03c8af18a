/** Reads a table, and tells what the page shows of it, or what is wrong with it. */

import {
  type CellFaults,
  describeFaults,
  readTable,
  summarize,
  type Table,
} from '../../../../src/io/index.ts';
import { describeError } from '../job.ts';
import type { FitFault, ReadingOptions, TableFacts } from './plan.ts';

/** Rows that are shown. */
const FIRST = 8;

export type Reading = { readonly table: Table; readonly facts: TableFacts } | { readonly fault: FitFault };

export async function read(content: string | Blob, options: ReadingOptions): Promise<Reading> {
  try {
    const table = await readTable(content, { ...tableOptions(options), onFault: 'keep' });
    if (!table.faults) return { table, facts: factsOf(table, 0) };
    if (options.missing === 'error') return { fault: faultOf(table.faults) };
    const whole = await readTable(content, { ...tableOptions(options), onFault: 'drop' });
    return { table: whole, facts: factsOf(whole, table.faults.rows) };
  } catch (error) {
    return { fault: { ...describeError(error), commas: await canHaveCommas(content, options) } };
  }
}

const tableOptions = ({ decimal, delimiter }: ReadingOptions) => ({
  ...(decimal !== undefined && { decimal }),
  ...(delimiter !== undefined && { delimiter }),
});

const faultOf = (cells: CellFaults): FitFault => ({
  code: 'file-format',
  message: describeFaults(cells),
  cells,
});

/** Whether a table that cannot be read as it is could be with decimal commas. */
async function canHaveCommas(content: string | Blob, options: ReadingOptions): Promise<boolean> {
  if (options.decimal !== undefined || options.delimiter === ',') return false;
  try {
    await readTable(content, { ...tableOptions(options), decimal: ',', onFault: 'keep' });
    return true;
  } catch {
    return false;
  }
}

function factsOf(table: Table, dropped: number): TableFacts {
  const { rows, duplicateRows, columns } = summarize(table);
  return {
    rows,
    duplicateRows,
    columns,
    text: table.text ?? [],
    notes: table.notes ?? [],
    dropped,
    first: Array.from({ length: Math.min(FIRST, rows) }, (_, row) =>
      table.columns.map((column) => column[row] as number),
    ),
  };
}
