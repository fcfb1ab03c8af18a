/** Recurrent stacks in float64: a cell over [x_t, h_t], unrolled over the steps, and layers that read its last state. */

import { add, type Matrix64, matmul, matrix, type Parameters64 } from './autodiff.ts';
import { rowsOf } from './operations.ts';
import { references } from './units.ts';

/** Ones from row r to column r + `shift`. */
const placed = (rows: number, cols: number, shift: number): Matrix64 =>
  matrix(
    rows,
    cols,
    Array.from({ length: rows * cols }, (_, at) => Number(at % cols === Math.floor(at / cols) + shift)),
  );

const equation = (unit: string | undefined) => {
  const found = references[unit ?? ''];
  if (!found) throw new Error(`unit ${unit} has no float64 reference`);
  return found;
};

/**
 * `units` are the cell and the layers behind it; x is [rows, steps · inputs]. The first leaf has the initial state h [1, hidden], those
 * behind it the units' parameters.
 */
export const recurrentNetwork =
  ([cell, ...readout]: readonly string[], inputs: number) =>
  (x: Matrix64, [first, own, ...others]: readonly Parameters64[]): Matrix64 => {
    let h = rowsOf(first?.h as Matrix64, x.rows);
    const size = h.cols;
    for (let t = 0; t < x.cols / inputs; t++) {
      const step = Array.from({ length: x.rows }, (_, row) => {
        const from = row * x.cols + t * inputs;
        return Array.from(x.data.subarray(from, from + inputs));
      });
      const x_t = matrix(x.rows, inputs, step.flat());
      const joined = add(
        matmul(x_t, placed(inputs, inputs + size, 0)),
        matmul(h, placed(size, inputs + size, inputs)),
      );
      h = equation(cell)(joined, own ?? {});
    }
    return readout.reduce((value, unit, k) => equation(unit)(value, others[k] ?? {}), h);
  };
