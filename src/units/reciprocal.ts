/**
 * NRU and NMRU: units that multiply and divide numbers of either sign without logarithms of sums.
 *
 * Mistry, Farrahi and Hare, "Learning Division with Neural Arithmetic Logic Modules", 2021, arXiv:2110.05177.
 */

import { type Expression, op, symbol } from '../expression/tree.ts';
import { asTheyAre, isNegative, symbols, towardsBits, towardsIntegers, weightedSum, x } from './equation.ts';
import { equationShader } from './equation-shader.ts';
import { rising } from './recipe.ts';
import type { Unit } from './unit.ts';
import { unitOf } from './unit-of.ts';

/**
 * y = Π ( sign(x) |x|^W t + 1 − t ), t = tanh²(1000 W): an input is a factor, a divisor, or nothing. The original takes |W| for t in
 * prediction, which is the same for weights of −1, 0 and 1; here it is t throughout. The smallest number of float32 stands for
 * every |x| below it.
 */
export const nru: Unit = unitOf({
  name: 'NRU',
  operations: ['mul', 'div'],
  options: {},
  equation: () => {
    const { W, logs, signs, t, tiny } = symbols('W', 'logs', 'signs', 't', 'tiny');
    const present = op.tanh(op.multiply(1000, W));
    return {
      parameters: { edge: ['W'] },
      weights: { W, t: op.multiply(present, present) },
      auxiliary: ['t'],
      features: { logs: op.log(op.max(tiny, op.abs(x))), signs: op.sign(x) },
      accumulators: {
        m: {
          kind: 'product',
          term: op.add(op.multiply(signs, op.boundedExp(op.multiply(W, logs)), t), op.subtract(1, t)),
          rounding: 'sign',
        },
      },
      out: symbol('m'),
      constants: { tiny: 2 ** -126 },
      safeguards: { tiny: 0 },
      penalties: { W: towardsIntegers('W') },
      ranges: { W: [-1, 1] },
    };
  },
  shader: equationShader,
  initializations: { mistry: { W: { kind: 'xavierUniform', limit: 0.5 } } },
  initialization: 'mistry',
  recipe: { learningRate: 1, regularizer: rising(0.01, 20_000, 35_000) },
  sparse: ['W'],
});

/**
 * y = Π ( W |z| + 1 − W ) · cos( π Σ W [z < 0] ) over z = x and z = 1 / (x + ε), each with weights of its own, W and W′; ε = 2⁻²³.
 */
export const nmru: Unit = unitOf({
  name: 'NMRU',
  operations: ['mul', 'div'],
  options: { epsilon: 2 ** -23 },
  equation: () => {
    const { W, W_inv, size, inverse, epsilon } = symbols('W', 'W_inv', 'size', 'inverse', 'epsilon');
    const mixed = (feature: Expression, weight: Expression): Expression =>
      op.add(op.multiply(feature, weight), op.subtract(1, weight));
    return {
      parameters: { edge: ['W', 'W_inv'] },
      weights: asTheyAre('W', 'W_inv'),
      features: {
        size: op.abs(x),
        inverse: op.abs(op.divide(1, op.add(x, epsilon))),
        below: isNegative(x),
        below_inv: isNegative(op.add(x, epsilon)),
      },
      accumulators: {
        m: { kind: 'product', term: op.multiply(mixed(size, W), mixed(inverse, W_inv)), rounding: 'share' },
        t: weightedSum('below', 'W', 'share'),
        t_inv: weightedSum('below_inv', 'W_inv', 'share'),
      },
      out: op.multiply(symbol('m'), op.cospi(op.add(symbol('t'), symbol('t_inv')))),
      safeguards: { epsilon: 0 },
      penalties: { W: towardsBits('W'), W_inv: towardsBits('W_inv') },
      ranges: { W: [0, 1], W_inv: [0, 1] },
    };
  },
  shader: equationShader,
  initializations: {
    mistry: {
      W: { kind: 'uniform', low: 0.25, high: 0.75 },
      W_inv: { kind: 'uniform', low: 0.25, high: 0.75 },
    },
  },
  initialization: 'mistry',
  recipe: { learningRate: 1e-2, regularizer: rising(10, 20_000, 35_000), clipGradientNorm: 1 },
  sparse: ['W', 'W_inv'],
});
