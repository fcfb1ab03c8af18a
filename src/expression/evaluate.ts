/** Expressions as functions of one row in float64; `columns.ts` computes whole columns faster. */

import { FormulaError } from '../errors.ts';
import { operators } from './operators.ts';
import type { Expression, Formula } from './tree.ts';

/** From a row, one value per variable of the formula, to a number. */
export type RowNumber = (row: ArrayLike<number>) => number;

/** `expression` as a function of a row. Throws FormulaError for a symbol, which has no value. */
export function compile(expression: Expression): RowNumber {
  if (expression.kind === 'constant') {
    const { value } = expression;
    return () => value;
  }
  if (expression.kind === 'variable') {
    const { index } = expression;
    return (row) => row[index] as number;
  }
  if (expression.kind === 'symbol') throw new FormulaError(`the symbol ${expression.name} has no value`);
  const args = expression.args.map(compile);
  const [a, b, c, d] = args as [RowNumber, RowNumber, RowNumber, RowNumber];
  const { value, variadic } = operators[expression.name];
  if (variadic && args.length !== 2) {
    return (row) => {
      let result = a(row);
      for (let k = 1; k < args.length; k++) result = value(result, (args[k] as RowNumber)(row), 0, 0);
      return result;
    };
  }
  if (args.length === 1) return (row) => value(a(row), Number.NaN, Number.NaN, Number.NaN);
  if (args.length === 2) return (row) => value(a(row), b(row), Number.NaN, Number.NaN);
  return (row) => value(a(row), b(row), c(row), d(row));
}

/**
 * Values [rows, targets] of `formula` for `rows`, row-major with one column per variable. Throws FormulaError where the
 * length does not fit.
 */
export function evaluate(formula: Formula, rows: Float64Array | Float32Array): Float64Array<ArrayBuffer> {
  const width = formula.variables.length;
  if (rows.length % width !== 0) {
    throw new FormulaError(
      `${rows.length} values do not make rows of the ${width} variables ${formula.variables.join(', ')}`,
    );
  }
  const outputs = formula.expressions.map(compile);
  const values = new Float64Array((rows.length / width) * outputs.length);
  for (let row = 0; row * width < rows.length; row++) {
    const x = rows.subarray(row * width, (row + 1) * width);
    outputs.forEach((output, k) => {
      values[row * outputs.length + k] = output(x);
    });
  }
  return values;
}
