/** The rows of a table in the two parts of a split. */

import { unscaled } from '../formula/scaling.ts';
import { columnOf, rowsOf, type Table } from '../io/table.ts';
import type { PartedRows } from './candidate.ts';
import type { FitData } from './data.ts';
import { pickRows } from './rows.ts';
import { scaleColumn, scaleColumns } from './scale.ts';
import type { SplitRows } from './split.ts';

export function partedRows(data: FitData, split: SplitRows, scaling: 'auto' | 'none'): PartedRows {
  const width = data.inputs.length;
  const part = (chosen: readonly number[]) => ({
    x: pickRows(data.x, width, chosen),
    y: pickRows(data.y, 1, chosen),
  });
  const inside = part(split.inside);
  return {
    inputs: data.inputs,
    target: data.target,
    inputScaling: scaling === 'auto' ? scaleColumns(inside.x, width) : data.inputs.map(() => unscaled),
    targetScaling: scaling === 'auto' ? scaleColumn(inside.y) : unscaled,
    inside,
    outside: part(split.outside),
    ...(split.folds && { folds: true }),
    ...(data.weights && {
      weights: {
        inside: pickRows(data.weights, 1, split.inside),
        outside: pickRows(data.weights, 1, split.outside),
      },
    }),
  };
}

/** The rows of another table with the same columns. */
export function testRows(table: Table, { inputs, target }: PartedRows) {
  return { x: rowsOf(table, inputs), y: Float64Array.from(columnOf(table, target)) };
}
