/**
 * Equations of units in float64: effective weights, and predictions row by row. Clamps that belong to an equation (ε, ω, gates)
 * are as in the shader. What the shader adds for float32's sake is not: numbers saturate where float64 ends.
 */

import { compile, type RowNumber } from '../expression/evaluate.ts';
import { type Expression, replaceLeaves, variable } from '../expression/tree.ts';
import { bilinearTerm, inPrediction, type Named, resolveEquation, type UnitEquation } from './equation.ts';
import type { EffectiveWeights, Forward, RawParameters, RowFunction } from './unit.ts';

/** `expression` as a function of values in the order of `names`. */
const over = (expression: Expression, names: readonly string[]): RowNumber =>
  compile(
    replaceLeaves(expression, (leaf) =>
      leaf.kind === 'symbol' && names.includes(leaf.name) ? variable(names.indexOf(leaf.name)) : leaf,
    ),
  );

/** Values [elements] of `expression` over parameters that have one value per element. */
function valuesOf(expression: Expression, names: readonly string[], raw: RawParameters, count: number) {
  const f = over(expression, names);
  return Float64Array.from({ length: count }, (_, at) =>
    f(names.map((name) => raw[name]?.[at] ?? Number.NaN)),
  );
}

/** Effective values of a layer by name, flat. */
interface Effective {
  readonly edge: Readonly<Record<string, Float64Array>>;
  readonly input: Readonly<Record<string, Float64Array>>;
  readonly output: Readonly<Record<string, Float64Array>>;
}

function effectiveOf(
  { parameters, weights, softmax, inputs: perInput, outputs: perOutput }: UnitEquation,
  raw: RawParameters,
  inputs: number,
  outputs: number,
): Effective {
  const each = (named: Named | undefined, names: readonly string[] | undefined, count: number) =>
    Object.fromEntries(
      Object.entries(named ?? {}).map(([name, value]) => [name, valuesOf(value, names ?? [], raw, count)]),
    );
  const edge = each(weights, parameters.edge, inputs * outputs);
  if (softmax !== undefined) {
    for (let i = 0; i < inputs; i++)
      share((edge[softmax] as Float64Array).subarray(i * outputs, (i + 1) * outputs));
  }
  return {
    edge,
    input: each(perInput, parameters.input, inputs),
    output: each(perOutput, parameters.output, outputs),
  };
}

/** Softmax of `logits`, which it overwrites. */
function share(logits: Float64Array): void {
  const top = logits.reduce((largest, value) => Math.max(largest, value), Number.NEGATIVE_INFINITY);
  let sum = 0;
  logits.forEach((value, o) => {
    logits[o] = Math.exp(value - top);
    sum += logits[o];
  });
  logits.forEach((value, o) => {
    logits[o] = value / sum;
  });
}

/**
 * Effective weights of a layer: a table `[in][out]`, a column for values per input, a row for values per output. What only
 * follows from others is among them if `all`.
 */
export function effectiveWeights(
  resolved: UnitEquation,
  raw: RawParameters,
  inputs: number,
  outputs: number,
  all = false,
): EffectiveWeights {
  const { edge, input, output } = effectiveOf(resolved, raw, inputs, outputs);
  const tables = (values: Effective['edge'], rows: number, cols: number) =>
    Object.entries(values)
      .filter(([name]) => all || !resolved.auxiliary?.includes(name))
      .map(([name, flat]) => [
        name,
        Array.from({ length: rows }, (_, i) => [...flat.subarray(i * cols, (i + 1) * cols)]),
      ]);
  return Object.fromEntries([
    ...tables(edge, inputs, outputs),
    ...tables(output, 1, outputs),
    ...tables(input, inputs, 1),
  ]);
}

/** `forward` of a unit. */
export const forwardOf =
  (equation: UnitEquation): Forward =>
  (raw, inputs, outputs, options) => {
    const resolved = inPrediction(resolveEquation(equation, options));
    const { edge, input, output } = effectiveOf(resolved, raw, inputs, outputs);
    const features = featureFunction(resolved, input, inputs);
    const folds = Object.values(resolved.accumulators).map((accumulator) => {
      const pair = bilinearTerm(resolved, accumulator);
      return pair
        ? sumOfProducts(
            Object.keys(resolved.features).indexOf(pair[0]),
            edge[pair[1]] as Float64Array,
            inputs,
            outputs,
          )
        : foldOf(accumulator, Object.keys(resolved.features), edge, inputs, outputs);
    });
    const own = Object.entries(output);
    const out = over(resolved.out, [...Object.keys(resolved.accumulators), ...own.map(([name]) => name)]);
    const y = new Float64Array(outputs);
    const values = new Float64Array(folds.length + own.length);
    return (row) => {
      const f = features(row);
      const totals = folds.map((fold) => fold(f));
      for (let o = 0; o < outputs; o++) {
        totals.forEach((total, k) => {
          values[k] = total[o] as number;
        });
        own.forEach(([, each], k) => {
          values[totals.length + k] = each[o] as number;
        });
        y[o] = out(values);
      }
      return y;
    };
  };

/** The features of a row, `[input][feature]` flat; of `x` alone, the row itself. */
function featureFunction(
  { features }: UnitEquation,
  input: Effective['input'],
  inputs: number,
): (row: ArrayLike<number>) => ArrayLike<number> {
  const list = Object.values(features);
  const [only] = list;
  if (list.length === 1 && only?.kind === 'symbol' && only.name === 'x') return (row) => row;
  const own = Object.entries(input);
  const functions = list.map((feature) => over(feature, ['x', ...own.map(([name]) => name)]));
  const values = new Float64Array(inputs * list.length);
  const at = new Float64Array(1 + own.length);
  return (row) => {
    for (let i = 0; i < inputs; i++) {
      at[0] = row[i] as number;
      own.forEach(([, each], k) => {
        at[k + 1] = each[i] as number;
      });
      functions.forEach((f, k) => {
        values[i * functions.length + k] = f(at);
      });
    }
    return values;
  };
}

/** From the features of a row to a value for each output, in an array that the next call overwrites. */
type Fold = RowFunction;

function sumOfProducts(feature: number, weight: Float64Array, inputs: number, outputs: number): Fold {
  const y = new Float64Array(outputs);
  return (f) => {
    y.fill(0);
    const stride = f.length / inputs;
    for (let i = 0, at = 0; i < inputs; i++) {
      const value = f[i * stride + feature] as number;
      for (let o = 0; o < outputs; o++, at++) y[o]! += value * (weight[at] as number);
    }
    return y;
  };
}

function foldOf(
  { kind, term }: UnitEquation['accumulators'][string],
  features: readonly string[],
  edge: Effective['edge'],
  inputs: number,
  outputs: number,
): Fold {
  const weights = Object.entries(edge);
  const f = over(term, [...features, ...weights.map(([name]) => name)]);
  const y = new Float64Array(outputs);
  const at = new Float64Array(features.length + weights.length);
  return (given) => {
    y.fill(kind === 'sum' ? 0 : 1);
    for (let i = 0; i < inputs; i++) {
      for (let k = 0; k < features.length; k++) at[k] = given[i * features.length + k] as number;
      for (let o = 0; o < outputs; o++) {
        weights.forEach(([, values], k) => {
          at[features.length + k] = values[i * outputs + o] as number;
        });
        const value = f(at);
        y[o] = kind === 'sum' ? (y[o] as number) + value : times(value, y[o] as number);
      }
    }
    return y;
  };
}

/** a b: zero if either is, and never beyond the largest number, so that zero times it is zero. */
function times(a: number, b: number): number {
  if (a === 0 || b === 0) return Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : 0;
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, a * b));
}
