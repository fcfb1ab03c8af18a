/** iNALU, the improved NALU of Schlör, Ring and Hotho. */

import { type Expression, op, symbol } from '../expression/tree.ts';
import { symbols, weightedSum, x } from './equation.ts';
import { equationShader } from './equation-shader.ts';
import type { Unit } from './unit.ts';
import { unitOf } from './unit-of.ts';

const normal = (mean: number, deviation: number) => ({ kind: 'normal', mean, deviation }) as const;
const squashed = (suffix: string): Expression =>
  op.multiply(op.tanh(symbol(`W_hat${suffix}`)), op.sigmoid(symbol(`M_hat${suffix}`)));
/** max(20 − |v|, 0), written so that the derivative at 0 is that of −v, as in the published code. */
const outwards = (name: string): Expression =>
  op.max(op.add(20, op.min(symbol(name), op.negate(symbol(name)))), 0);

const edge = ['W_hat', 'M_hat', 'W_hat_mul', 'M_hat_mul'];

/**
 * y = g ⊙ a + (1 − g) ⊙ m ⊙ s with separate weights for both paths and a gate that does not look at the input: a = x W,
 * m = exp( min( log(max(|x|, ε)) W′, ω ) ), s = Π ( sign(x) |W′| + 1 − |W′| ), g = σ(ĝ).
 *
 * Schlör, Ring and Hotho, "iNALU: Improved Neural Arithmetic Logic Unit", 2020, arXiv:2003.07629, section 3, in the form
 * with independent weights and gates that the Primer's benchmark runs (arXiv:2101.09530): max(|x|, ε) instead of
 * |x| + ε. No derivative passes below ε, above ω, or through sign(x). The factors of s are written 1 − (1 − sign(x)) |W′|: for
 * a positive input exactly 1, and free of rounding otherwise, so that every pass finds the same zeros.
 */
export const inalu: Unit = unitOf({
  name: 'iNALU',
  operations: ['add', 'sub', 'mul', 'div'],
  options: { epsilon: 1e-7, omega: 20 },
  equation: () => {
    const { a, l, s, g, rest, epsilon, omega, flip, W_mul } = symbols(
      ...(['a', 'l', 's', 'g', 'rest', 'epsilon', 'omega', 'flip', 'W_mul'] as const),
    );
    return {
      parameters: { edge, output: ['g'] },
      weights: { W: squashed(''), W_mul: squashed('_mul') },
      outputs: { g: op.sigmoid(g), rest: op.sigmoid(op.negate(g)) },
      auxiliary: ['rest'],
      features: {
        x,
        logs: op.log(op.max(epsilon, op.abs(x))),
        flip: op.subtract(1, op.sign(x)),
      },
      accumulators: {
        a: weightedSum('x', 'W'),
        l: weightedSum('logs', 'W_mul', 'exponent'),
        s: {
          kind: 'product',
          term: op.subtract(1, op.multiply(flip, op.abs(W_mul))),
          rounding: 'sign',
        },
      },
      out: op.add(op.multiply(g, a), op.multiply(rest, op.boundedExp(op.min(omega, l)), s)),
      safeguards: { epsilon: 0, omega: Number.POSITIVE_INFINITY },
      rounding: { g: 'share', rest: 'share' },
      penalties: Object.fromEntries([...edge, 'g'].map((name) => [name, outwards(name)])),
    };
  },
  shader: equationShader,
  initializations: {
    schloer: {
      W_hat: normal(0.88, 0.2),
      M_hat: normal(0.5, 0.2),
      W_hat_mul: normal(0.88, 0.2),
      M_hat_mul: normal(0.5, 0.2),
      g: normal(0, 0.2),
    },
  },
  initialization: 'schloer',
  recipe: {
    learningRate: 1e-3,
    regularizer: {
      strength: 0.05,
      reduction: 'mean',
      schedule: { kind: 'whileAccurate', after: 10_000, error: 1 },
    },
    clipGradient: 0.1,
    reinitialization: { every: 10, history: 5000, error: 1 },
  },
  sparse: ['W', 'W_mul'],
  sparsity: 'mean',
});
