/**
 * A unit's equation: the scalar functions of its fold over the inputs, from which follow its float64 forward pass, its effective
 * weights, formulas, exports, the printed equation, and WGSL with derivatives.
 *
 *     y_o = out( fold_i term( features(x_i, inputs_i), weights_io ), outputs_o )
 *
 * Symbols in an expression are the names that its line of the table may use; the unit's options may stand everywhere.
 *
 * | field          | one per         | may name                                            |
 * |----------------|-----------------|-----------------------------------------------------|
 * | `weights`      | edge            | parameters of the edge                              |
 * | `inputs`       | input           | parameters of the input                             |
 * | `outputs`      | output          | parameters of the output                            |
 * | `features`     | row and input   | `x`, what `inputs` has, and `noise`                 |
 * | `accumulators` | row and output  | in a term, what `features` and `weights` have       |
 * | `out`          | row and output  | what `accumulators` and `outputs` have, and `noise` |
 */

import type { NoiseKind } from '../../shaders/units/unit.ts';
import { compile } from '../expression/evaluate.ts';
import {
  constant,
  type Expression,
  isCall,
  isConstant,
  op,
  replaceLeaves,
  symbol,
  symbolsOf,
} from '../expression/tree.ts';

/** Numbers a unit can be built with; fixed when the kernels are compiled. */
export type UnitOptions = Readonly<Record<string, number>>;

/** What a weight is rounded to in a formula where it is near: whole and half exponents; −1, 0, 1; 0 and 1; 0. */
export type Rounding = 'exponent' | 'sign' | 'share' | 'absence';

/** What is summed up or multiplied over the inputs. */
export interface Accumulator {
  readonly kind: 'sum' | 'product';
  /** The term or the factor of one input. Where all weights are 0, a term is 0 and a factor 1. */
  readonly term: Expression;
  /** What the weights in it are rounded to when a formula is read. */
  readonly rounding: Rounding;
}

/** Expressions by name. */
export type Named = Readonly<Record<string, Expression>>;

/** The equation of a unit, field by field as in the table above. */
export interface UnitEquation {
  /** Raw parameters, by what they belong to. */
  readonly parameters: {
    readonly edge: readonly string[];
    readonly input?: readonly string[];
    readonly output?: readonly string[];
  };
  /** Effective weights of an edge. */
  readonly weights: Named;
  /** Which of `weights` is the logit of a softmax over the outputs of its input, and stands for its share from then on. */
  readonly softmax?: string;
  readonly inputs?: Named;
  readonly outputs?: Named;
  readonly features: Named;
  readonly accumulators: Readonly<Record<string, Accumulator>>;
  readonly out: Expression;
  /**
   * What `noise` is in prediction, 0.5 unless given. In training it is uniform in [0, 1), drawn in every step for each row and
   * output (in `out`) and for each row and input (in `features`).
   */
  readonly quiet?: number;
  /** Numbers of the equation that are not options: their values by name. */
  readonly constants?: UnitOptions;
  /** Options and constants that only keep numbers finite: what they are in a formula that need not. */
  readonly safeguards?: UnitOptions;
  /** What `inputs` and `outputs` are rounded to when a formula is read. Default: absence. */
  readonly rounding?: Readonly<Record<string, Rounding>>;
  /** Values of `weights`, `inputs` and `outputs` that say what another says too; people need not read them. */
  readonly auxiliary?: readonly string[];
  /** The penalty of a parameter, over its name; one that is missing has none. */
  readonly penalties?: Named;
  /** Ranges to which parameters are clipped after each update. */
  readonly ranges?: Readonly<Record<string, readonly [number, number]>>;
}

export const x = symbol('x');
export const noise = symbol('noise');

/** Symbols by their names: `const { W, G } = symbols('W', 'G')`. */
export const symbols = <N extends string>(...names: readonly N[]): Readonly<Record<N, Expression>> =>
  Object.fromEntries(names.map((name) => [name, symbol(name)])) as Record<N, Expression>;

/** Parameters that are used as they are. */
export const asTheyAre = (...names: readonly string[]): Named => symbols(...names);

/** Σ feature · weight. */
export const weightedSum = (feature: string, weight: string, rounding: Rounding = 'sign'): Accumulator => ({
  kind: 'sum',
  term: op.multiply(symbol(feature), symbol(weight)),
  rounding,
});

/** Π ( feature · weight + 1 − weight ): exactly the feature where the weight is 1, and exactly 1 where it is 0. */
export const mixedProduct = (
  feature: string,
  weight: Expression,
  rounding: Rounding = 'share',
): Accumulator => ({
  kind: 'product',
  term: op.add(op.multiply(symbol(feature), weight), op.subtract(1, weight)),
  rounding,
});

/** `value` between `low` and `high`; on both ends its derivative is 1. */
export const clamp = (value: Expression, low: number, high: number): Expression =>
  op.max(low, op.min(high, value));

/** 1 where x < 0, else 0. */
export const isNegative = (value: Expression): Expression => op.select(0, value, 1, 0);

/** The penalties min(|v|, |1 − |v||) towards −1, 0 and 1, and min(|v|, |1 − v|) towards 0 and 1. */
export const towardsIntegers = (name: string): Expression => {
  const size = op.abs(symbol(name));
  return op.min(size, op.abs(op.subtract(1, size)));
};
export const towardsBits = (name: string): Expression =>
  op.min(op.abs(symbol(name)), op.abs(op.subtract(1, symbol(name))));

/** `expression` with numbers for the options and constants of its unit. */
export const withOptions = (
  expression: Expression,
  { constants }: UnitEquation,
  options: UnitOptions,
): Expression =>
  replaceLeaves(expression, (leaf) => {
    const value = leaf.kind === 'symbol' ? (options[leaf.name] ?? constants?.[leaf.name]) : undefined;
    return value === undefined ? leaf : constant(value);
  });

/** `equation` with numbers for its options. */
export function resolveEquation(equation: UnitEquation, options: UnitOptions): UnitEquation {
  const resolve = (expression: Expression) => withOptions(expression, equation, options);
  const each = (named: Named = {}): Named =>
    Object.fromEntries(Object.entries(named).map(([name, value]) => [name, resolve(value)]));
  return {
    ...equation,
    weights: each(equation.weights),
    inputs: each(equation.inputs),
    outputs: each(equation.outputs),
    features: each(equation.features),
    accumulators: Object.fromEntries(
      Object.entries(equation.accumulators).map(([name, one]) => [name, { ...one, term: resolve(one.term) }]),
    ),
    out: resolve(equation.out),
    penalties: each(equation.penalties),
  };
}

/** The names of the feature and the weight whose product is summed up; undefined for anything else. */
export function bilinearTerm(
  { features, weights }: UnitEquation,
  { kind, term }: Accumulator,
): readonly [feature: string, weight: string] | undefined {
  const [a, b, ...others] = isCall(term, 'multiply') ? term.args : [];
  if (kind !== 'sum' || a?.kind !== 'symbol' || b?.kind !== 'symbol' || others.length > 0) return undefined;
  return a.name in features && b.name in weights ? [a.name, b.name] : undefined;
}

const isNoisy = (expression: Expression): boolean => symbolsOf(expression).includes('noise');

/** Of what a number is drawn in training. */
export const noiseKinds = ({ features, out }: UnitEquation): NoiseKind[] => [
  ...(Object.values(features).some(isNoisy) ? (['input'] as const) : []),
  ...(isNoisy(out) ? (['output'] as const) : []),
];

/** `equation` as it predicts, with a number in place of the noise; a feature that is only a number is written into the terms. */
export function inPrediction(equation: UnitEquation): UnitEquation {
  if (noiseKinds(equation).length === 0) return equation;
  const { features, accumulators, out, quiet = 0.5 } = equation;
  const still = (expression: Expression, numbers: Readonly<Record<string, Expression>>): Expression =>
    folded(
      replaceLeaves(expression, (leaf) => (leaf.kind === 'symbol' ? (numbers[leaf.name] ?? leaf) : leaf)),
    );
  const stilled = Object.entries(features).map(
    ([name, feature]) => [name, still(feature, { noise: constant(quiet) })] as const,
  );
  const numbers = Object.fromEntries(stilled.filter(([, feature]) => isConstant(feature)));
  return {
    ...equation,
    features: Object.fromEntries(stilled.filter(([, feature]) => !isConstant(feature))),
    accumulators: Object.fromEntries(
      Object.entries(accumulators).map(([name, one]) => [name, { ...one, term: still(one.term, numbers) }]),
    ),
    out: still(out, { noise: constant(quiet) }),
  };
}

/** `expression` with what is made of numbers alone computed, and without factors of 1; nothing is moved. */
function folded(expression: Expression): Expression {
  if (expression.kind !== 'call') return expression;
  const args = expression.args.map(folded);
  const made = { ...expression, args };
  if (args.every((arg) => isConstant(arg))) return constant(compile(made)([]));
  if (expression.name !== 'multiply') return made;
  const factors = args.filter((arg) => !isConstant(arg, 1));
  return factors.length === 1 ? (factors[0] as Expression) : { ...made, args: factors };
}
