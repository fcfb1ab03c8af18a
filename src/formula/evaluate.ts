/** Formulas as functions in float64. */

import { FormulaError } from '../errors.ts';
import type { Expression, Formula } from './expression.ts';
import { functions } from './functions.ts';

/** From a row, one value per variable of the formula, to a number. */
export type RowNumber = (row: ArrayLike<number>) => number;

/** `expression` as a function of a row. */
export function compile(expression: Expression): RowNumber {
  switch (expression.kind) {
    case 'constant': {
      const { value } = expression;
      return () => value;
    }
    case 'variable': {
      const { index } = expression;
      return (row) => row[index] as number;
    }
    case 'sum': {
      const terms = expression.terms.map(compile);
      return (row) => {
        let total = 0;
        for (const term of terms) total += term(row);
        return total;
      };
    }
    case 'product': {
      const factors = expression.factors.map(compile);
      return (row) => {
        let total = 1;
        for (const factor of factors) total *= factor(row);
        return total;
      };
    }
    case 'power': {
      const base = compile(expression.base);
      const { value } = expression.exponent;
      return value === 0.5 ? (row) => Math.sqrt(base(row)) : (row) => base(row) ** value;
    }
    case 'call': {
      const f = functions[expression.name];
      const [first, second] = expression.args.map(compile) as [RowNumber, RowNumber | undefined];
      return second ? (row) => f(first(row), second(row)) : (row) => f(first(row), Number.NaN);
    }
  }
}

/**
 * Values [rows, targets] of `formula` for `rows`, row-major with one column per variable. Throws FormulaError where the
 * length does not fit.
 */
export function evaluate(formula: Formula, rows: Float64Array | Float32Array): Float64Array<ArrayBuffer> {
  const width = formula.variables.length;
  if (rows.length % width !== 0) {
    throw new FormulaError(
      `${rows.length} values are no rows of the ${width} variables ${formula.variables.join(', ')}`,
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
