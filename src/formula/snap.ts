/**
 * From a trained model to a simple formula: weights near to simple values take them, constants that are left are refined by
 * least squares on the table and written with as few digits as the data bears. Of several tolerances the largest is taken
 * whose formula has no larger error than the model.
 */

import { DataError, OptionError } from '../errors.ts';
import { type ModelDescription, type ResolvedModel, resolveModel } from '../model/description.ts';
import { constant, weight } from './build.ts';
import { compile, evaluate } from './evaluate.ts';
import {
  type Constant,
  constantsOf,
  type Expression,
  type Formula,
  keyOf,
  variablesOf,
} from './expression.ts';
import { type FormulaOptions, type LayerParameters, readFormula } from './formula-of.ts';
import { minimize } from './least-squares.ts';
import type { Snapping } from './reading.ts';
import { rebuild } from './rebuild.ts';

/** The table the formula has to fit, row-major, before scaling. */
export interface FormulaData {
  /** [rows, inputs] */
  readonly x: Float64Array;
  /** [rows, targets] */
  readonly y: Float64Array;
}

export interface SnapOptions extends FormulaOptions {
  /** Tried in this order; 0 comes last by itself. Default 0.4, 0.25, 0.1, 0.03, 0.01, 0.001. */
  tolerances?: readonly number[];
  /** How much of the model's error the formula's may be above it. Default 0: not at all. */
  slack?: number;
}

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
/** Free constants of one target that are refined together; beyond, they stay as they were trained. */
const MAX_FREE = 60;
/** A root mean square error this small, relative to that of the targets themselves, is rounding. */
const ROUNDING = 1e-12;

/**
 * The simplest formula found that fits `data` no worse than the model does. Throws DataError where `data` does not fit the
 * model, FormulaError as `formulaOf` does.
 */
export function snapFormula(
  model: ModelDescription,
  parameters: LayerParameters,
  data: FormulaData,
  options: SnapOptions = {},
): SnappedFormula {
  const { tolerances = TOLERANCES, slack = 0, ...reading } = options;
  const resolved = resolveModel(model);
  checkData(resolved, data);
  for (const tolerance of tolerances) {
    if (!(tolerance >= 0 && tolerance < 0.5)) {
      throw new OptionError(`tolerances has ${tolerance}; each must be at least 0 and below 0.5`);
    }
  }
  const exact = readFormula(resolved, parameters, reading);
  const errors = columnErrors(exact, data);
  const floors = columnSquares(data.y, resolved.outputs).map((square) => ROUNDING ** 2 * square);
  const sample = sampleOf(data, resolved);
  for (const tolerance of [...tolerances, 0]) {
    const snapping: Snapping = { tolerance, rows: sample.x, width: resolved.inputs };
    const rough = readFormula(resolved, parameters, reading, snapping);
    const expressions = rough.expressions.map((expression, k) =>
      refine(expression, sample, k, resolved.outputs, floors[k] as number),
    );
    const formula = { ...rough, expressions };
    const found = columnErrors(formula, data);
    const fits = found.every(
      (error, k) => error <= Math.max((errors[k] as number) * (1 + slack), floors[k] as number),
    );
    if (!fits) continue;
    const withSigns = readFormula(resolved, parameters, reading, { ...snapping, keepSigns: true });
    return {
      formula,
      exact,
      tolerance,
      errors: { model: mean(errors), formula: mean(found) },
      nonNegative: nonNegativeOf(rough, withSigns, resolved.inputs, data),
    };
  }
  return {
    formula: exact,
    exact,
    tolerance: undefined,
    errors: { model: mean(errors), formula: mean(errors) },
    nonNegative: [],
  };
}

function checkData({ inputs, outputs }: ResolvedModel, { x, y }: FormulaData): void {
  const rows = x.length / inputs;
  if (!Number.isInteger(rows) || rows === 0 || y.length !== rows * outputs) {
    throw new DataError(
      `x has ${x.length} values and y ${y.length}; the model has ${inputs} inputs and ${outputs} outputs`,
    );
  }
  for (const [name, values] of Object.entries({ x, y })) {
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw new DataError(`${name} has ${values[bad]} at index ${bad}; it must be finite`);
  }
}

/** Rows at equal distances, all of them where there are few. */
function sampleOf({ x, y }: FormulaData, { inputs, outputs }: ResolvedModel): FormulaData {
  const rows = x.length / inputs;
  if (rows <= MAX_ROWS) return { x, y };
  const chosen = Array.from({ length: MAX_ROWS }, (_, k) => Math.floor((k * rows) / MAX_ROWS));
  const pick = (values: Float64Array, width: number) =>
    Float64Array.from(chosen.flatMap((row) => [...values.subarray(row * width, (row + 1) * width)]));
  return { x: pick(x, inputs), y: pick(y, outputs) };
}

/** Mean squared error of every target; infinite where a value is no number. */
function columnErrors(formula: Formula, { x, y }: FormulaData): number[] {
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

const isFree = (node: Expression): node is Constant => node.kind === 'constant' && node.free;

/** `expression` with free constants as good as the data makes them, then as short. */
function refine(
  expression: Expression,
  { x, y }: FormulaData,
  target: number,
  targets: number,
  floor: number,
): Expression {
  const start = constantsOf(expression).filter(isFree);
  if (start.length === 0 || start.length > MAX_FREE) return expression;
  const rows = y.length / targets;
  const width = x.length / rows;
  const residualsOf = (candidate: Expression): Float64Array | undefined => {
    const f = compile(candidate);
    const values = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      const value = f(x.subarray(row * width, (row + 1) * width)) - (y[row * targets + target] as number);
      if (!Number.isFinite(value)) return undefined;
      values[row] = value;
    }
    return values;
  };
  const residuals = (values: Float64Array) => residualsOf(replaced(expression, values));
  const minimum = minimize(
    residuals,
    Float64Array.from(start, ({ value }) => value),
  );
  if (!minimum) return expression;
  // Giving up a constant is worth as much error as one more row would bring.
  const allowed = (minimum.error / rows) * (1 + 1 / rows) + floor;
  const errorOf = (values: Float64Array): number => {
    const found = residuals(values);
    return found ? found.reduce((sum, v) => sum + v * v, 0) / rows : Number.POSITIVE_INFINITY;
  };
  const short = Float64Array.from(minimum.parameters);
  for (let k = 0; k < short.length; k++) {
    const whole = short[k] as number;
    for (const candidate of shorter(whole)) {
      short[k] = candidate;
      if (errorOf(short) <= allowed) break;
      short[k] = whole;
    }
  }
  let at = 0;
  // Once found, a constant is simplified like any other.
  return rebuild(expression, (leaf) => (isFree(leaf) ? constant(short[at++] as number) : leaf));
}

/** The same expression with other free constants and no simplification, so that they stay as many. */
function replaced(expression: Expression, values: Float64Array): Expression {
  let at = 0;
  const visit = (node: Expression): Expression => {
    switch (node.kind) {
      case 'constant':
        return node.free ? weight(values[at++] as number) : node;
      case 'sum':
        return { ...node, terms: node.terms.map(visit) };
      case 'product':
        return { ...node, factors: node.factors.map(visit) };
      case 'power': {
        const base = visit(node.base);
        const exponent = visit(node.exponent);
        return { ...node, base, exponent: exponent.kind === 'constant' ? exponent : node.exponent };
      }
      case 'call':
        return { ...node, args: node.args.map(visit) };
      default:
        return node;
    }
  };
  return visit(expression);
}

/** Simpler numbers near `value`, the simplest first: 0, whole, halves and thirds, then ever more digits. */
function shorter(value: number): number[] {
  const digits = Array.from({ length: 14 }, (_, k) => Number(value.toPrecision(k + 1)));
  const parts = [1, 2, 4, 3, 6].map((part) => Math.round(value * part) / part);
  return [0, ...parts, ...digits];
}

/** Variables of `formula` whose signs made it simpler, if any did. */
function nonNegativeOf(formula: Formula, withSigns: Formula, width: number, { x }: FormulaData): string[] {
  const simpler = formula.expressions.some(
    (expression, k) => keyOf(expression) !== keyOf(withSigns.expressions[k] as Expression),
  );
  if (!simpler) return [];
  const indices = new Set(formula.expressions.flatMap(variablesOf));
  return formula.variables.filter(
    (_, k) => indices.has(k) && x.every((value, at) => at % width !== k || value >= 0),
  );
}
