/** Reads a table, and tells what the page shows of it, or what is wrong with it. */

import {
  type CellFaults,
  describeFaults,
  readTable,
  summarize,
  type Table,
} from '../../../../src/io/index.ts';
import { told } from '../recovery.ts';
import type { FitFault, ReadingOptions, TableFacts } from './plan.ts';

/** Rows that are shown. */
const FIRST = 8;

export type Reading = { readonly table: Table; readonly facts: TableFacts } | { readonly fault: FitFault };

export async function read(content: string | Blob, options: ReadingOptions): Promise<Reading> {
  try {
    const table = await readKept(content, options);
    const commas = table.text !== undefined && (await isBetterWithCommas(content, options, table));
    if (!table.faults) return { table, facts: factsOf(table, commas, 0) };
    if (options.missing === 'error') return { fault: { ...faultOf(table.faults), commas } };
    const whole = await readTable(content, { ...csvOptions(options), onFault: 'drop' });
    return { table: whole, facts: factsOf(whole, commas, table.faults.rows) };
  } catch (error) {
    return { fault: { ...told(error), commas: await isBetterWithCommas(content, options) } };
  }
}

const readKept = (content: string | Blob, options: ReadingOptions): Promise<Table> =>
  readTable(content, { ...csvOptions(options), onFault: 'keep' });

const csvOptions = ({ decimal, delimiter }: ReadingOptions) => ({
  decimal,
  ...(delimiter !== undefined && { delimiter }),
});

const faultOf = (cells: CellFaults): FitFault => ({
  code: 'file-format',
  message: describeFaults(cells),
  cells,
});

/** Whether decimal commas make numbers of columns that are words now, or a table of what is none. */
async function isBetterWithCommas(
  content: string | Blob,
  options: ReadingOptions,
  now?: Table,
): Promise<boolean> {
  if (options.decimal === ',' || options.delimiter === ',') return false;
  try {
    const { names, text = [] } = await readKept(content, { ...options, decimal: ',' });
    return names.length > (now?.names.length ?? 1) && text.length < (now?.text?.length ?? 1);
  } catch {
    return false;
  }
}

function factsOf(table: Table, commas: boolean, dropped: number): TableFacts {
  const { rows, duplicateRows, columns } = summarize(table);
  return {
    rows,
    duplicateRows,
    columns,
    text: table.text ?? [],
    commas,
    dropped,
    first: Array.from({ length: Math.min(FIRST, rows) }, (_, row) =>
      table.columns.map((column) => column[row] as number),
    ),
  };
}
