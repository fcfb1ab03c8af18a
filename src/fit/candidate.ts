/** From a trained start to a formula, and how good it is. */

import { evaluate } from '../expression/evaluate.ts';
import { complexityOf } from '../expression/layout.ts';
import { printFormula } from '../expression/print.ts';
import { constantsOf, type Expression, type Formula, keyOf } from '../expression/tree.ts';
import type { Scaling } from '../formula/scaling.ts';
import { type SnappedFormula, snapFormula } from '../formula/snap.ts';
import type { ModelDescription } from '../model/description.ts';
import { resolveModel } from '../model/description.ts';
import { parametersPerModel, weightsOf } from '../model/weights.ts';
import { type Errors, errorsOf, rootMeanSquare } from './errors.ts';
import { roundPowers } from './powers.ts';
import { joined, pickRows, rowNumbers, thinned } from './rows.ts';
import { prune } from './terms.ts';

/** The rows of a table in two parts, as they are in the table. */
export interface PartedRows {
  readonly inputs: readonly string[];
  readonly target: string;
  readonly inputScaling: readonly Scaling[];
  readonly targetScaling: Scaling;
  readonly inside: { readonly x: Float64Array<ArrayBuffer>; readonly y: Float64Array<ArrayBuffer> };
  readonly outside: { readonly x: Float64Array<ArrayBuffer>; readonly y: Float64Array<ArrayBuffer> };
  /** Both parts are all rows, and errors outside are those of rows that were left out, a fold at a time. */
  readonly folds?: boolean;
  /** What the errors of the rows are multiplied by, where some count more than others. */
  readonly weights?: { readonly inside: Float64Array; readonly outside: Float64Array };
}

export interface Candidate {
  readonly formula: Formula;
  /** Right-hand side, as text. */
  readonly text: string;
  /** How long it is as it is written: see `complexityOf`. */
  readonly size: number;
  /** Constants that are neither whole nor halves. */
  readonly constants: number;
  readonly inside: Errors;
  readonly outside: Errors;
  /** Smaller is better: see `criterionOf`. */
  readonly criterion: number;
  /** What found it: a stack of units, or a part of the search without a device. */
  readonly architecture: string;
  /** What was trained, if anything was. */
  readonly trained: TrainedModel | undefined;
  /** Whether its constants are fitted to all rows, and `predicted` is what those fitted to the others say of rows held out. */
  readonly fittedToAll: boolean;
  /** Predictions for the rows outside: of folds that were left out, where there are folds. */
  readonly predicted: Float64Array;
}

export interface TrainedModel {
  readonly model: Omit<ModelDescription, 'seed'>;
  readonly parameters: Float32Array;
}

/** Rows that a start is read on; the coefficients of its formula are fitted on all. */
const MOST_READ = 300;

/** Errors this small, relative to the target, are rounding, whatever their digits. */
export const EXACT = 1e-9;

/** Predictions smaller than this share of the target's size count as this large where errors are taken relative to them. */
const LEAST = 1e-4;

/**
 * What candidates are ranked by: the Bayesian information criterion of all rows, −2 log likelihood + nodes · log(rows), with
 * normal noise that is either the same on all rows or grows with what is predicted, whichever is likelier. Where formulas are exact,
 * their size alone counts.
 */
export function criterionOf(predicted: Float64Array, y: Float64Array, size: number): number {
  const rows = y.length;
  const scale = rootMeanSquare(y) || 1;
  const errors = y.map((value, row) => (predicted[row] as number) - value);
  const sizes = predicted.map((value) => Math.max(Math.abs(value) / scale, LEAST));
  const same = Math.log(Math.max(rootMeanSquare(errors) / scale, EXACT));
  const relative = rootMeanSquare(errors.map((error, row) => error / (scale * (sizes[row] as number))));
  const logSizes = sizes.reduce((sum, value) => sum + Math.log(value) / rows, 0);
  const growing = Math.log(Math.max(relative, EXACT)) + logSizes;
  const likelier = Math.min(same, growing);
  if (!Number.isFinite(likelier)) return Number.POSITIVE_INFINITY;
  return 2 * rows * likelier + size * Math.log(Math.max(rows, 3));
}

/** A candidate for what `expression` over the columns predicts; outside it may be known from folds that were left out. */
export function candidateOf(
  expression: Expression,
  rows: PartedRows,
  { architecture, trained }: Pick<Candidate, 'architecture' | 'trained'>,
  leftOut?: Float64Array,
): Candidate {
  const formula: Formula = { variables: rows.inputs, targets: [rows.target], expressions: [expression] };
  const fitted = evaluate(formula, rows.inside.x);
  const predicted = leftOut ?? evaluate(formula, rows.outside.x);
  const size = complexityOf(expression);
  const whole = rows.folds
    ? { predicted, y: rows.outside.y }
    : { predicted: joined(fitted, predicted), y: joined(rows.inside.y, rows.outside.y) };
  return {
    formula,
    text: printFormula(formula, 'text')[0] as string,
    size,
    constants: constantsOf(expression).filter(({ value }) => !Number.isInteger(2 * value)).length,
    inside: errorsOf(fitted, rows.inside.y),
    outside: errorsOf(predicted, rows.outside.y),
    criterion: criterionOf(whole.predicted, whole.y, size),
    predicted,
    fittedToAll: leftOut !== undefined,
    ...{ architecture, trained },
  };
}

/** Candidates that `parameters` of `model` lead to: snapped, with superfluous terms gone, with round powers. */
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
      sampleOf(rows.inside, rows.inputs.length),
      {
        variables: rows.inputs,
        targets: [rows.target],
        inputScaling: rows.inputScaling,
        targetScaling: [rows.targetScaling],
        // What the parameters a simple formula lacks may have explained of the noise.
        slack: (2 * count) / Math.min(MOST_READ, rows.inside.y.length),
      },
    );
  } catch {
    return []; // weights or values that are not numbers: such a start has no formula
  }
  const [expression] = snapped.formula.expressions as [Expression];
  const width = rows.inputs.length;
  const onInside = { x: rows.inside.x, width, y: rows.inside.y };
  // Noise moves every power a little; whether the round ones are as good is seen on the rows outside.
  const variants = [prune(roundPowers(expression), onInside), prune(expression, onInside)];
  const expressions = [...new Map(variants.map((each) => [keyOf(each), each])).values()];
  return expressions.flatMap((each) => {
    try {
      return [candidateOf(each, rows, { architecture, trained: { model, parameters } })];
    } catch {
      return []; // a constant that cannot be written
    }
  });
}

/** Rows at equal distances, where there are more than so many. */
function sampleOf({ x, y }: PartedRows['inside'], width: number): PartedRows['inside'] {
  if (y.length <= MOST_READ) return { x, y };
  const chosen = thinned(rowNumbers(y.length), MOST_READ);
  return { x: pickRows(x, width, chosen), y: pickRows(y, 1, chosen) };
}

/** Root mean square of a − b relative to that of b. */
export function distance(a: ArrayLike<number>, b: Float64Array): number {
  const size = rootMeanSquare(b) || 1;
  return rootMeanSquare(b.map((value, k) => (a[k] as number) - value)) / size;
}
