/** From a trained start to a formula, and how good it is. */

import { evaluate } from '../formula/evaluate.ts';
import { type Expression, type Formula, keyOf, sizeOf } from '../formula/expression.ts';
import { printFormula } from '../formula/print.ts';
import type { Scaling } from '../formula/scaling.ts';
import { type SnappedFormula, snapFormula } from '../formula/snap.ts';
import type { ModelDescription } from '../model/description.ts';
import { resolveModel } from '../model/description.ts';
import { parametersPerModel, weightsOf } from '../model/weights.ts';
import { type Errors, errorsOf, rootMeanSquare } from './errors.ts';
import { prune } from './terms.ts';

/** The rows of a table in two parts, as they are in the table. */
export interface PartedRows {
  readonly inputs: readonly string[];
  readonly target: string;
  readonly inputScaling: readonly Scaling[];
  readonly targetScaling: Scaling;
  readonly inside: { readonly x: Float64Array<ArrayBuffer>; readonly y: Float64Array<ArrayBuffer> };
  readonly outside: { readonly x: Float64Array<ArrayBuffer>; readonly y: Float64Array<ArrayBuffer> };
}

export interface Candidate {
  readonly formula: Formula;
  /** Right-hand side, as text. */
  readonly text: string;
  /** Nodes of the formula. */
  readonly size: number;
  readonly inside: Errors;
  readonly outside: Errors;
  /** Smaller is better: see `criterionOf`. */
  readonly criterion: number;
  readonly architecture: string;
  readonly model: Omit<ModelDescription, 'seed'>;
  readonly parameters: Float32Array;
}

/** Errors this small, relative to the target, are rounding, whatever their digits. */
export const EXACT = 1e-9;

/**
 * What candidates are ranked by: the Bayesian information criterion of the rows outside, with every node of the formula counted
 * as a parameter. Formulas that are exact are ranked by their size alone.
 */
export function criterionOf(outside: Errors, size: number): number {
  const error = Math.max(outside.rmsRelativeError, EXACT);
  return 2 * outside.rows * Math.log(error) + size * Math.log(Math.max(outside.rows, 3));
}

/** A candidate for what `expression` over the columns predicts. */
export function candidateOf(
  expression: Expression,
  rows: PartedRows,
  from: Pick<Candidate, 'architecture' | 'model' | 'parameters'>,
): Candidate {
  const formula: Formula = { variables: rows.inputs, targets: [rows.target], expressions: [expression] };
  const inside = errorsOf(evaluate(formula, rows.inside.x), rows.inside.y);
  const outside = errorsOf(evaluate(formula, rows.outside.x), rows.outside.y);
  const size = sizeOf(expression);
  return {
    formula,
    text: printFormula(formula, 'text')[0] as string,
    size,
    inside,
    outside,
    criterion: criterionOf(outside, size),
    ...from,
  };
}

/** Candidates that `parameters` of `model` lead to: snapped, and snapped with superfluous terms gone. */
export function candidatesOf(
  architecture: string,
  model: Omit<ModelDescription, 'seed'>,
  parameters: Float32Array,
  rows: PartedRows,
): Candidate[] {
  const resolved = resolveModel(model);
  const weights = weightsOf(resolved, parameters, 0);
  const count = parametersPerModel(resolved);
  let snapped: SnappedFormula;
  try {
    snapped = snapFormula(
      model,
      weights.map((layer) => layer.parameters),
      rows.inside,
      {
        variables: rows.inputs,
        targets: [rows.target],
        inputScaling: rows.inputScaling,
        targetScaling: [rows.targetScaling],
        // What the parameters a simple formula lacks may have explained of the noise.
        slack: (2 * count) / rows.inside.y.length,
      },
    );
  } catch {
    return []; // weights or values that are no numbers: such a start has no formula
  }
  const [expression] = snapped.formula.expressions as [Expression];
  const width = rows.inputs.length;
  const pruned = prune(expression, { x: rows.inside.x, width, y: rows.inside.y });
  const expressions = keyOf(pruned) === keyOf(expression) ? [expression] : [pruned, expression];
  return expressions.flatMap((each) => {
    try {
      return [candidateOf(each, rows, { architecture, model, parameters })];
    } catch {
      return []; // a constant that cannot be written
    }
  });
}

/** Predictions of `formula` for rows [rows, inputs]. */
export const predictions = (formula: Formula, x: Float64Array): Float64Array => evaluate(formula, x);

/** Root mean square of a − b relative to that of b. */
export function distance(a: ArrayLike<number>, b: Float64Array): number {
  const size = rootMeanSquare(b) || 1;
  return rootMeanSquare(b.map((value, k) => (a[k] as number) - value)) / size;
}
