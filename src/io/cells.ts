/** Cells that are missing or no numbers: how they are told, and what becomes of their rows. */

import { checkArguments } from '../options/check.ts';
import { list, needed, number, oneOf, options, text } from '../options/kinds.ts';

/** A cell that is missing or no number. */
export interface CellFault {
  /** From 1, without the line of names. */
  readonly row: number;
  readonly column: string;
  readonly kind: 'missing' | 'not a number';
  /** What stands there, at most forty characters of it. */
  readonly text: string;
}

/** How many cells of a table are missing or no numbers, and the first of them. */
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

const faultsKind = options<CellFaults>({
  fields: {
    count: needed(number({ whole: true, least: 0 })),
    rows: needed(number({ whole: true, least: 0 })),
    first: needed(
      list(
        options<CellFault>({
          fields: {
            row: needed(number()),
            column: needed(text),
            kind: needed(oneOf('missing', 'not a number')),
            text: needed(text),
          },
        }),
      ),
    ),
  },
});

/** `3 cells in 2 rows are missing or no number: row 4, column 'a' is missing; row 7, column 'b' holds "x"; …` */
export function describeFaults(faults: CellFaults, shown = 5): string {
  checkArguments('describeFaults()', { faults, shown }, { faults: faultsKind, shown: number({ least: 0 }) });
  const { count, rows, first } = faults;
  const list = first.slice(0, shown).map(({ row, column, kind, text }) => {
    const what = kind === 'missing' ? 'is missing' : `holds ${JSON.stringify(text)}`;
    return `row ${row}, column '${column}' ${what}`;
  });
  if (count > list.length) list.push(`and ${count - list.length} more`);
  const cells = count === 1 ? '1 cell is' : `${count} cells in ${rows} ${rows === 1 ? 'row' : 'rows'} are`;
  return `${cells} missing or no number: ${list.join('; ')}`;
}
