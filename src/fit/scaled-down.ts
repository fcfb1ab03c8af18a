/** Rows whose squares and cubes are numbers. */

import type { PartedRows } from './candidate.ts';
import { medianSize } from './structured/factors.ts';

/** Powers of two that columns and target were divided by: 1 where squares of their values are numbers. */
export interface Scales {
  readonly inputs: readonly number[];
  readonly target: number;
}

/** Sizes whose squares and cubes leave float64 little room. */
const HUGE = 1e60;

/** The rows with columns of a reasonable size, so that squares of what is computed are numbers. */
export function scaledDown(rows: PartedRows): { rows: PartedRows; scales: Scales } {
  const width = rows.inputs.length;
  const scaleOf = (values: Float64Array): number => {
    const size = medianSize(values);
    return size > HUGE || size < 1 / HUGE ? 2 ** Math.round(Math.log2(size)) : 1;
  };
  const column = (k: number) =>
    Float64Array.from(rows.inside.y, (_, row) => rows.inside.x[row * width + k] as number);
  const scales = { inputs: rows.inputs.map((_, k) => scaleOf(column(k))), target: scaleOf(rows.inside.y) };
  if (scales.target === 1 && scales.inputs.every((scale) => scale === 1)) return { rows, scales };
  const part = ({ x, y }: PartedRows['inside']) => ({
    x: x.map((value, at) => value / (scales.inputs[at % width] as number)),
    y: y.map((value) => value / scales.target),
  });
  return { rows: { ...rows, inside: part(rows.inside), outside: part(rows.outside) }, scales };
}
