/** What the equations of units are read with: effective weights as constants, and the parts that several units share. */

import { FormulaError } from '../errors.ts';
import { isNonNegative } from '../expression/domain.ts';
import { compile } from '../expression/evaluate.ts';
import { call, invert, negate, power, product, subtract, sum } from '../expression/simplify.ts';
import { type Constant, constant, type Expression, one, weight, zero } from '../expression/tree.ts';
import type { EffectiveWeights, UnitOptions } from '../units/unit.ts';

/** What a weight is rounded to where it is near: whole and half exponents, signs and absence, presence, absence only. */
export type Simple = 'exponent' | 'sign' | 'share' | 'absence';

export interface Snapping {
  /** Weights this near to a simple value take it, and gates this near to shut or open are. Between 0 and ½. */
  readonly tolerance: number;
  /** Rows of the table, row-major, on which gates are looked at. */
  readonly rows: Float64Array;
  readonly width: number;
  /** Whether |x| stays where no row has x < 0. */
  readonly keepSigns?: boolean;
}

export interface LayerReading {
  readonly weights: EffectiveWeights;
  readonly options: UnitOptions;
  readonly x: readonly Expression[];
  readonly outputs: number;
  /** Missing where the formula is to say exactly what the layer computes. */
  readonly snapping?: Snapping;
}

/** The outputs of a layer as expressions. */
export type Reader = (layer: LayerReading) => Expression[];

/** f for every output. */
export const perOutput = ({ outputs }: LayerReading, f: (o: number) => Expression): Expression[] =>
  Array.from({ length: outputs }, (_, o) => f(o));

const nearest: Readonly<Record<Simple, (w: number) => number>> = {
  exponent: (w) => Math.max(-4, Math.min(4, Math.round(2 * w) / 2)),
  sign: (w) => Math.max(-1, Math.min(1, Math.round(w))),
  share: (w) => Math.max(0, Math.min(1, Math.round(w))),
  absence: () => 0,
};

/** The effective weight `name` of edge (i, o), simple where it may be; for values per output i is 0, per input o is 0. */
export function weightAt(layer: LayerReading, name: string, i: number, o: number, simple: Simple): Constant {
  const value = layer.weights[name]?.[i]?.[o];
  if (value === undefined) throw new FormulaError(`there is no effective weight ${name} at [${i}][${o}]`);
  return snapped(layer, value, simple);
}

/** `value` as a constant that may take a better value, or the simple one it is near to. */
export function snapped({ snapping }: LayerReading, value: number, simple: Simple): Constant {
  if (!Number.isFinite(value)) throw new FormulaError(`an effective weight is ${value}; the model diverged`);
  const goal = nearest[simple](value);
  const near = snapping !== undefined && Math.abs(value - goal) <= snapping.tolerance;
  return near ? constant(goal) : weight(value);
}

/** A number the unit adds for safety, such as ε; without exactness it is `otherwise`. */
export const safety = ({ snapping, options }: LayerReading, name: string, otherwise: number): Constant =>
  constant(snapping ? otherwise : (options[name] as number));

/** Σ x W. */
export const weightedSum = (layer: LayerReading, name: string, o: number, simple: Simple): Expression =>
  sum(...layer.x.map((x, i) => product(weightAt(layer, name, i, o, simple), x)));

/** Π base(x)^W. */
export const powers = (
  layer: LayerReading,
  name: string,
  o: number,
  base: (x: Expression) => Expression,
): Expression => product(...layer.x.map((x, i) => power(base(x), weightAt(layer, name, i, o, 'exponent'))));

/** |x| + ε. */
export const magnitude =
  (layer: LayerReading) =>
  (x: Expression): Expression =>
    sum(call('abs', x), safety(layer, 'epsilon', 0));

/** Π ( f(x) W + 1 − W ). */
export const mixedProduct = (
  layer: LayerReading,
  shares: (i: number) => Constant,
  feature: (x: Expression) => Expression,
): Expression =>
  product(
    ...layer.x.map((x, i) => {
      const w = shares(i);
      return sum(product(w, feature(x)), constant(1 - w.value, w.free));
    }),
  );

/** σ(z). */
export const logistic = (z: Expression): Expression => invert(sum(one, call('exp', negate(z))));

/** σ(z) a + (1 − σ(z)) m, or one of both where the gate is as good as open or shut on every row. */
export function gated(layer: LayerReading, z: Expression, a: Expression, m: Expression): Expression {
  const { snapping } = layer;
  if (snapping) {
    const [least, most] = rangeOf(z, snapping);
    if (1 / (1 + Math.exp(-least)) >= 1 - snapping.tolerance) return a;
    if (1 / (1 + Math.exp(-most)) <= snapping.tolerance) return m;
  }
  return sum(product(logistic(z), a), product(logistic(negate(z)), m));
}

/** Smallest and largest value of `expression` on the rows; NaN where one is. */
function rangeOf(expression: Expression, { rows, width }: Snapping): [number, number] {
  const f = compile(expression);
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = 0; at + width <= rows.length; at += width) {
    const value = f(rows.subarray(at, at + width));
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return [least, most];
}

/** 1 where x < 0, else 0. */
export const isNegative = (x: Expression): Expression =>
  isNonNegative(x) ? zero : call('max', negate(call('sign', x)), zero);

/**
 * cos( π Σ k W ), k = g [x < 0]: the sign of each input whose g W is odd, nothing for those whose g W is even, and the cosine
 * of what is left. Where the formula is not to be exact, the sign of 0 is 0 instead of 1.
 */
export function signByTurns(layer: LayerReading, turns: (i: number) => Constant): Expression {
  const factors: Expression[] = [];
  const rest: Expression[] = [];
  layer.x.forEach((x, i) => {
    const w = turns(i);
    if (!Number.isInteger(w.value)) rest.push(product(w, isNegative(x)));
    else if (w.value % 2 !== 0) factors.push(signOf(layer, x));
  });
  return product(...factors, call('cos', product(constant(Math.PI), sum(...rest))));
}

const signOf = ({ snapping }: LayerReading, x: Expression): Expression =>
  snapping ? call('sign', x) : subtract(one, product(constant(2), isNegative(x)));
