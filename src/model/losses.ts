/**
 * Losses as equations of one output and its target, from which their WGSL with the derivative by the output follows; and those that
 * see all outputs of a row, as WGSL.
 */

import type { LossShader } from '../../shaders/loss.ts';
import { softmaxCrossEntropy } from '../../shaders/softmax.wgsl.ts';
import { OptionError } from '../errors.ts';
import { gradient } from '../expression/differentiate.ts';
import { isExpression } from '../expression/kind.ts';
import { type Expression, op, symbol, symbolsOf } from '../expression/tree.ts';
import { wgslHelpers } from '../expression/wgsl.ts';
import { wgslStatements } from '../expression/wgsl-statements.ts';
import { such } from '../options/kinds.ts';

/** A loss as an equation. */
export interface LossEquation {
  /** Whether the loss is the mean over all elements; else it is their sum. */
  readonly mean: boolean;
  /** The least and the largest target it is defined for; rows with others are refused. Default: every number. */
  readonly targets?: readonly [least: number, most: number];
  /** The loss of one element, over the symbols `y`, an output, and `target`. */
  readonly equation: Expression;
}

/** A loss of your own: an equation, or WGSL with its derivative. */
export type OwnLoss = LossEquation | LossShader;

const y = symbol('y');
const target = symbol('target');
const error = op.subtract(y, target);
const squared = op.multiply(error, error);

/** ½ e² where |e| ≤ δ, else δ (|e| − ½ δ): with c = e clamped to ± δ, both are c (e − ½ c). */
export const huber = (delta: number): LossEquation => {
  const clamped = op.max(-delta, op.min(delta, error));
  return { mean: true, equation: op.multiply(clamped, op.subtract(error, op.multiply(0.5, clamped))) };
};

/**
 * Every loss of single outputs by name, for e = y − target: e², e², |e|, Huber's with δ = 1 (Robust Estimation of a Location Parameter, 1964), and
 * −t log σ(y) − (1 − t) log(1 − σ(y)) of a logit y and a target t from 0 to 1. At the corner of |e| the derivative is 0.
 */
export const losses = {
  meanSquared: { mean: true, equation: squared },
  sumSquared: { mean: false, equation: squared },
  meanAbsolute: { mean: true, equation: op.abs(error) },
  huber: huber(1),
  binaryCrossEntropy: {
    mean: true,
    targets: [0, 1],
    // −log σ(y) = softplus(−y), −log(1 − σ(y)) = softplus(y).
    equation: op.add(
      op.multiply(target, op.softplus(op.negate(y))),
      op.multiply(op.subtract(1, target), op.softplus(y)),
    ),
  },
} as const satisfies Readonly<Record<string, LossEquation>>;

/** Every loss of whole rows by name. */
export const rowLosses = { softmaxCrossEntropy } as const satisfies Readonly<Record<string, LossShader>>;

/** Losses that training minimises. */
export type LossName = keyof typeof losses | keyof typeof rowLosses;

export const equationKind = such<LossEquation>(
  'a loss { mean, equation } over the symbols y and target',
  (value) => {
    const { mean, equation } = (value ?? {}) as Partial<LossEquation>;
    return typeof mean === 'boolean' && isExpression(equation);
  },
);

/** The WGSL of a loss. Throws OptionError where its equation names anything but `y` and `target`. */
export function lossShader(loss: OwnLoss): LossShader {
  if ('code' in loss) return loss;
  const { mean, targets, equation } = loss;
  const other = symbolsOf(equation).find((name) => name !== 'y' && name !== 'target');
  if (other !== undefined) {
    throw new OptionError(`the equation of the loss names ${other}; it may name y and target`);
  }
  const derivative = gradient(equation, [y])[0] as Expression;
  const write = (p: string, name: string, expression: Expression): string => {
    const { lines, values } = wgslStatements(p, [expression], { target: 't' });
    const body = [...lines, `return ${values.join()};`].map((line) => `  ${line}\n`).join('');
    return `fn ${p}_${name}(y: f32, t: f32) -> f32 {\n${body}}\n`;
  };
  return {
    mean,
    ...(targets && { targets }),
    code: (p) => {
      const code = write(p, 'loss', equation) + write(p, 'loss_grad', derivative);
      return wgslHelpers(code, p) + code;
    },
  };
}
