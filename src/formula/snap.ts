/**
 * From a trained model to a simple formula: weights near to simple values take them, constants that are left are refined by
 * least squares on the table and written with as few digits as the data bears. Of the formulas for several tolerances that
 * have no larger error than the model, the one with the smallest Bayesian information criterion is taken (Schwarz, 1978):
 * rows · log(mean squared error) + constants · log(rows).
 */

import { DataError, OptionError } from '../errors.ts';
import { evaluate } from '../expression/evaluate.ts';
import { constantsOf, type Expression, type Formula, keyOf, variablesOf } from '../expression/tree.ts';
import { type Rows, toFloat64 } from '../model/data.ts';
import { type ModelDescription, type ResolvedModel, resolveModel } from '../model/description.ts';
import { checkOptions } from '../options/check.ts';
import { anything, type Description, list, needed, number } from '../options/kinds.ts';
import { type FormulaOptions, formulaFields, type LayerParameters, readFormula } from './formula-of.ts';
import type { Snapping } from './reading.ts';
import { isFree, refine } from './refine.ts';

/** A table: rows of inputs and of targets, as for training, but in float64. */
export interface FormulaData {
  readonly x: Rows;
  readonly y: Rows;
}

/** The same, flat and checked: [rows, inputs] and [rows, targets]. */
interface FlatData {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** How near to a simple value a weight must be to take it, and what that may cost. */
export interface SnapOptions extends FormulaOptions {
  /** From the largest to the smallest; 0 is always tried too. Default 0.4, 0.25, 0.1, 0.03, 0.01, 0.001. */
  tolerances?: readonly number[];
  /** How much of the model's error the formula's may be above it. Default 0: not at all. */
  slack?: number;
}

const tableDescription: Description<FormulaData> = {
  fields: { x: needed(anything('rows of inputs')), y: needed(anything('rows of targets')) },
};

const snapDescription: Description<SnapOptions> = {
  fields: {
    ...formulaFields,
    tolerances: list(number({ least: 0 })),
    slack: number({ least: 0, infinite: true }),
  },
};

/** A formula with simple constants, beside the exact one, and the errors of both. */
export interface SnappedFormula {
  readonly formula: Formula;
  /** Of the model as it was trained: its exact formula. */
  readonly exact: Formula;
  /** Weights that were this near to a simple value took it; undefined where the exact formula had to stay. */
  readonly tolerance: number | undefined;
  /** Mean squared error over all rows and targets, of the model and of the simple formula. */
  readonly errors: { readonly model: number; readonly formula: number };
  /** Names of the inputs that are taken to be never negative, since no row has them so. */
  readonly nonNegative: readonly string[];
}

const TOLERANCES = [0.4, 0.25, 0.1, 0.03, 0.01, 0.001];
/** Rows on which gates are looked at and constants refined. */
const MAX_ROWS = 2000;
/** A root mean square error this small, relative to that of the targets themselves, is rounding. */
const ROUNDING = 1e-12;

/**
 * The simplest formula found that fits `table` no worse than the model does. Throws DataError where it does not fit the
 * model, FormulaError as `formulaOf` does.
 */
export function snapFormula(
  model: ModelDescription,
  parameters: LayerParameters,
  table: FormulaData,
  options: SnapOptions = {},
): SnappedFormula {
  const given = checkOptions(snapDescription, options, 'snapFormula()');
  const { tolerances = TOLERANCES, slack = 0, ...reading } = given;
  const resolved = resolveModel(model);
  const data = flatData(resolved, checkOptions(tableDescription, table, 'the table'));
  for (const tolerance of tolerances) {
    if (tolerance >= 0.5) {
      throw new OptionError(`tolerances has ${tolerance}; each must be at least 0 and below 0.5`);
    }
  }
  const exact = readFormula(resolved, parameters, reading);
  const errors = columnErrors(exact, data);
  const floors = columnSquares(data.y, resolved.outputs).map((square) => ROUNDING ** 2 * square);
  const sample = sampleOf(data, resolved);
  const rows = data.x.length / resolved.inputs;
  let before: string | undefined;
  let best: { criterion: number; result: SnappedFormula } | undefined;
  for (const tolerance of [...tolerances, 0]) {
    const snapping: Snapping = { tolerance, rows: sample.x, width: resolved.inputs };
    const rough = readFormula(resolved, parameters, reading, snapping);
    const key = rough.expressions.map(keyOf).join();
    if (key === before) continue;
    before = key;
    const expressions = rough.expressions.map((expression, k) =>
      refine(expression, sample, k, resolved.outputs, floors[k] as number),
    );
    const formula = { ...rough, expressions };
    const found = columnErrors(formula, data);
    const fits = found.every(
      (error, k) => error <= Math.max((errors[k] as number) * (1 + slack), floors[k] as number),
    );
    const criterion = rough.expressions.reduce((sum, expression, k) => {
      const constants = constantsOf(expression).filter(isFree).length;
      const error = Math.max(found[k] as number, floors[k] as number);
      return sum + rows * Math.log(error) + constants * Math.log(rows);
    }, 0);
    if (!fits || (best && !(criterion < best.criterion))) continue;
    const withSigns = readFormula(resolved, parameters, reading, { ...snapping, keepSigns: true });
    const nonNegative = nonNegativeOf(rough, withSigns, resolved.inputs, data);
    best = {
      criterion,
      result: {
        formula,
        exact,
        tolerance,
        errors: { model: mean(errors), formula: mean(found) },
        nonNegative,
      },
    };
    // With a smaller tolerance there are more constants, and nothing is left for them to do.
    if (found.every((error, k) => error <= (floors[k] as number))) break;
  }
  if (best) return best.result;
  const error = mean(errors);
  return {
    formula: exact,
    exact,
    tolerance: undefined,
    errors: { model: error, formula: error },
    nonNegative: [],
  };
}

function flatData({ inputs, outputs }: ResolvedModel, { x, y }: FormulaData): FlatData {
  const flat = { x: toFloat64('x', x, inputs), y: toFloat64('y', y, outputs) };
  const [rows, targets] = [flat.x.length / inputs, flat.y.length / outputs];
  if (rows === targets) return flat;
  throw new DataError(`x has ${rows} rows but y has ${targets}; they must be equal`);
}

/** Rows at equal distances, all of them where there are few. */
function sampleOf({ x, y }: FlatData, { inputs, outputs }: ResolvedModel): FlatData {
  const rows = x.length / inputs;
  if (rows <= MAX_ROWS) return { x, y };
  const chosen = Array.from({ length: MAX_ROWS }, (_, k) => Math.floor((k * rows) / MAX_ROWS));
  const pick = (values: Float64Array, width: number) =>
    Float64Array.from(chosen.flatMap((row) => [...values.subarray(row * width, (row + 1) * width)]));
  return { x: pick(x, inputs), y: pick(y, outputs) };
}

/** Mean squared error of every target; infinite where a value is not a number. */
function columnErrors(formula: Formula, { x, y }: FlatData): number[] {
  const predicted = evaluate(formula, x);
  const squares = columnSquares(
    predicted.map((value, at) => value - (y[at] as number)),
    formula.expressions.length,
  );
  return squares.map((square) => (Number.isNaN(square) ? Number.POSITIVE_INFINITY : square));
}

function columnSquares(values: Float64Array, width: number): number[] {
  const squares = Array.from({ length: width }, () => 0);
  values.forEach((value, at) => {
    squares[at % width] = (squares[at % width] as number) + value * value;
  });
  return squares.map((square) => square / (values.length / width));
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Variables of `formula` whose signs made it simpler, if any did. */
function nonNegativeOf(formula: Formula, withSigns: Formula, width: number, { x }: FlatData): string[] {
  const simpler = formula.expressions.some(
    (expression, k) => keyOf(expression) !== keyOf(withSigns.expressions[k] as Expression),
  );
  if (!simpler) return [];
  const indices = new Set(formula.expressions.flatMap(variablesOf));
  return formula.variables.filter(
    (_, k) => indices.has(k) && x.every((value, at) => at % width !== k || value >= 0),
  );
}
