/**
 * A layer's equation as expressions of its inputs, with its effective weights in place: exactly what the layer computes, or with
 * snapping what it is near to. Then weights that are near to simple values take them, safeguards such as ε go, and a gate that is
 * as good as open or shut on every row is open or shut.
 */

import { FormulaError } from '../errors.ts';
import { compile } from '../expression/evaluate.ts';
import { call, invert, negate, power, product, subtract, sum } from '../expression/simplify.ts';
import {
  argsOf,
  type Constant,
  constant,
  type Expression,
  isCall,
  isConstant,
  one,
  weight,
  zero,
} from '../expression/tree.ts';
import { inPrediction, type Rounding, type UnitEquation } from '../units/equation.ts';
import type { EffectiveWeights, UnitOptions } from '../units/unit.ts';

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
  readonly equation: UnitEquation;
  /** All of them, those that only follow from others too. */
  readonly weights: EffectiveWeights;
  readonly options: UnitOptions;
  readonly x: readonly Expression[];
  readonly outputs: number;
  /** Missing where the formula is to say exactly what the layer computes. */
  readonly snapping?: Snapping;
}

const nearest: Readonly<Record<Rounding, (w: number) => number>> = {
  exponent: (w) => Math.max(-4, Math.min(4, Math.round(2 * w) / 2)),
  sign: (w) => Math.max(-1, Math.min(1, Math.round(w))),
  share: (w) => Math.max(0, Math.min(1, Math.round(w))),
  absence: () => 0,
};

/** The outputs of a layer as expressions. */
export function readLayer(layer: LayerReading): Expression[] {
  const { snapping, x, outputs } = layer;
  const equation = inPrediction(layer.equation);
  const numbers: Record<string, Expression> = {};
  const known = { ...equation.constants, ...layer.options, ...(snapping && equation.safeguards) };
  for (const [name, value] of Object.entries(known)) numbers[name] = constant(value);
  const inputs = x.map((value, i) => {
    const scope: Record<string, Expression> = { ...numbers, x: value };
    for (const name of Object.keys(equation.inputs ?? {})) scope[name] = valueAt(layer, name, i, 0);
    return mapped(equation.features, (feature) => read(feature, scope, layer));
  });
  return Array.from({ length: outputs }, (_, o) => {
    const scope: Record<string, Expression> = { ...numbers };
    for (const name of Object.keys(equation.outputs ?? {})) scope[name] = valueAt(layer, name, 0, o);
    for (const [name, { kind, term, rounding }] of Object.entries(equation.accumulators)) {
      const terms = inputs.map((features, i) => {
        const weights = mapped(equation.weights, (_weight, key) => valueAt(layer, key, i, o, rounding));
        return read(term, { ...numbers, ...features, ...weights }, layer);
      });
      scope[name] = kind === 'sum' ? sum(...terms) : product(...terms);
    }
    return read(equation.out, scope, layer);
  });
}

const mapped = <T>(
  named: Readonly<Record<string, Expression>>,
  f: (expression: Expression, name: string) => T,
): Record<string, T> =>
  Object.fromEntries(Object.entries(named).map(([name, value]) => [name, f(value, name)]));

/** The effective value `name` at [i][o], or the simple one that it is near to. */
function valueAt(
  { equation, weights, snapping }: LayerReading,
  name: string,
  i: number,
  o: number,
  rounding: Rounding = equation.rounding?.[name] ?? 'absence',
): Constant {
  const value = weights[name]?.[i]?.[o];
  if (value === undefined) throw new FormulaError(`there is no effective weight ${name} at [${i}][${o}]`);
  if (!Number.isFinite(value)) throw new FormulaError(`an effective weight is ${value}; the model diverged`);
  const goal = nearest[rounding](value);
  return snapping && Math.abs(value - goal) <= snapping.tolerance ? constant(goal) : weight(value);
}

/** `expression` with what `scope` has in place of its symbols, simplified as formulas of laws are. */
function read(
  expression: Expression,
  scope: Readonly<Record<string, Expression>>,
  layer: LayerReading,
): Expression {
  if (expression.kind === 'symbol') return scope[expression.name] ?? expression;
  if (expression.kind !== 'call') return expression;
  const args = expression.args.map((arg) => read(arg, scope, layer));
  const [first = zero] = args;
  switch (expression.name) {
    case 'boundedExp':
      return exponential(first);
    case 'sigmoid':
      return gate(first, layer);
    case 'cospi':
      return cosineOfTurns(first, layer);
    case 'sinpi':
      return sineOfTurns(first);
    default:
      return call(expression.name, ...args);
  }
}

/** exp( Σ c log(b) + … ) as Π b^c · exp(…). */
function exponential(argument: Expression): Expression {
  const factors: Expression[] = [];
  const rest: Expression[] = [];
  for (const term of argsOf(argument, 'add')) {
    const [first = one, ...others] = argsOf(term, 'multiply');
    const [coefficient, bare] = isConstant(first) ? [first, others] : [one, [first, ...others]];
    const [only] = bare;
    if (bare.length === 0) factors.push(constant(Math.exp(coefficient.value), coefficient.free));
    else if (only && bare.length === 1 && isCall(only, 'log')) {
      factors.push(power(only.args[0] as Expression, coefficient));
    } else rest.push(term);
  }
  return product(...factors, call('exp', sum(...rest)));
}

/** σ(z), 1 or 0 where it is as good as that on every row. */
function gate(z: Expression, { snapping }: LayerReading): Expression {
  if (snapping) {
    const [least, most] = rangeOf(z, snapping);
    if (1 / (1 + Math.exp(-least)) >= 1 - snapping.tolerance) return one;
    if (1 / (1 + Math.exp(-most)) <= snapping.tolerance) return zero;
  }
  return invert(sum(one, call('exp', negate(z))));
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

/**
 * cos( π Σ c [x < 0] ): the sign of each x whose c is odd, nothing for those whose c is even, and the cosine of what is left.
 * Where the formula need not be exact, the sign of 0 is 0 instead of 1.
 */
function cosineOfTurns(turns: Expression, { snapping }: LayerReading): Expression {
  const { signs, rest } = wholeTurns(turns);
  const factors = signs.map((x) =>
    snapping ? call('sign', x) : subtract(one, product(constant(2), call('select', zero, x, one, zero))),
  );
  return product(...factors, call('cos', product(constant(Math.PI), rest)));
}

/** sin( π Σ c [x < 0] ), which is 0 where every c is whole. */
function sineOfTurns(turns: Expression): Expression {
  const { rest } = wholeTurns(turns);
  return isConstant(rest, 0) ? zero : call('sin', product(constant(Math.PI), turns));
}

/** The x of the terms c [x < 0] with odd c, and the terms whose c is not whole. */
function wholeTurns(turns: Expression): { signs: Expression[]; rest: Expression } {
  const signs: Expression[] = [];
  const rest: Expression[] = [];
  for (const term of argsOf(turns, 'add')) {
    const [first = one, second] = argsOf(term, 'multiply');
    const [coefficient, indicator] = isConstant(first) ? [first.value, second] : [1, first];
    if (!indicator || !isCall(indicator, 'select') || !Number.isInteger(coefficient)) rest.push(term);
    else if (coefficient % 2 !== 0) signs.push(indicator.args[1] as Expression);
  }
  return { signs, rest: sum(...rest) };
}
