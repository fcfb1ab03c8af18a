/** NAU, NMU, the stochastic NMU, and what Madsen and Johansen compare NAU and NMU with: NAC•,σ, NAC•,NMU and the gated pair. */

import { nau as nauCode } from '../../shaders/units/nau.wgsl.ts';
import { nmu as nmuCode } from '../../shaders/units/nmu.wgsl.ts';
import { op, symbol } from '../expression/tree.ts';
import {
  asTheyAre,
  clamp,
  mixedProduct,
  noise,
  symbols,
  towardsBits,
  towardsIntegers,
  weightedSum,
  x,
} from './equation.ts';
import { blend, inLogSpace } from './equation-parts.ts';
import { equationShader } from './equation-shader.ts';
import { withCode } from './fields.ts';
import type { Initializer } from './initializers.ts';
import { plain, type Recipe, rising } from './recipe.ts';
import type { Unit } from './unit.ts';
import { unitOf } from './unit-of.ts';

const nauWeight: Initializer = { kind: 'xavierUniform', limit: 0.5 };
const nmuWeight: Initializer = { kind: 'uniform', low: 0.25, high: 0.75 };

const withPenalty = (strength: number, start: number, end: number): Recipe => ({
  learningRate: 1e-3,
  regularizer: rising(strength, start, end),
});
/** Every layer of a net with an NMU, or with its weights, on the arithmetic data set. */
const multiplicative = withPenalty(10, 1e6, 2e6);

/** y = x W, −1 ≤ W ≤ 1. */
export const nau: Unit = unitOf({
  name: 'NAU',
  operations: ['add', 'sub'],
  options: {},
  equation: () => ({
    parameters: { edge: ['W'] },
    weights: { W: clamp(symbol('W'), -1, 1) },
    features: { x },
    accumulators: { a: weightedSum('x', 'W') },
    out: symbol('a'),
    penalties: { W: towardsIntegers('W') },
    ranges: { W: [-1, 1] },
  }),
  shader: withCode(() => nauCode),
  initializations: { madsen: { W: nauWeight } },
  initialization: 'madsen',
  recipe: withPenalty(0.01, 20_000, 35_000),
  recipes: [
    { task: 'arithmetic', operations: ['add', 'sub'], recipe: withPenalty(0.01, 5e3, 5e4) },
    // The layer before an NMU.
    { task: 'arithmetic', operations: ['mul', 'div'], recipe: multiplicative },
  ],
  sparse: ['W'],
});

/** y = Π ( W x + 1 − W ), 0 ≤ W ≤ 1. */
export const nmu: Unit = unitOf({
  name: 'NMU',
  operations: ['mul'],
  options: {},
  equation: () => ({
    parameters: { edge: ['W'] },
    weights: asTheyAre('W'),
    features: { x },
    accumulators: { m: mixedProduct('x', symbol('W')) },
    out: symbol('m'),
    penalties: { W: towardsBits('W') },
    ranges: { W: [0, 1] },
  }),
  shader: withCode(() => nmuCode),
  initializations: { madsen: { W: nmuWeight } },
  initialization: 'madsen',
  recipe: withPenalty(10, 20_000, 35_000),
  recipes: [{ task: 'arithmetic', recipe: multiplicative }],
  sparse: ['W'],
});

/**
 * The stochastic NMU: y = Π ( W n x + 1 − W ) / Π ( W n + 1 − W ) with noise n ~ U[1, high) of each row and input in training, and the
 * NMU in prediction, n = 1. For W of 0 and 1 the noise cancels, so it holds weights to these. Computed as one product of quotients,
 * which stays in range where both products leave it. The authors take high = 5, or 1 + 1 / sd(x).
 * Mistry, Farrahi and Hare, 2022, arXiv:2211.05624.
 */
export const stochasticNmu: Unit = unitOf({
  name: 'sNMU',
  operations: ['mul'],
  options: { high: 5 },
  equation: () => {
    const { W, n, high } = symbols('W', 'n', 'high');
    const rest = op.subtract(1, W);
    return {
      parameters: { edge: ['W'] },
      weights: { W },
      features: { x, n: op.add(1, op.multiply(op.subtract(high, 1), noise)) },
      accumulators: {
        m: {
          kind: 'product',
          term: op.divide(op.add(op.multiply(W, n, x), rest), op.add(op.multiply(W, n), rest)),
          rounding: 'share',
        },
      },
      out: symbol('m'),
      quiet: 0,
      penalties: { W: towardsBits('W') },
      ranges: { W: [0, 1] },
    };
  },
  shader: equationShader,
  initializations: { madsen: { W: nmuWeight } },
  initialization: 'madsen',
  recipe: withPenalty(10, 20_000, 35_000),
  sparse: ['W'],
});

/** m = exp( log(|x| + ε) σ(Ŵ) ): between 0 and 1, W multiplies inputs and never divides. */
export const nacMulSigma: Unit = unitOf({
  name: 'NAC•σ',
  operations: ['mul'],
  options: { epsilon: 1e-7 },
  equation: () =>
    inLogSpace({ parameters: { edge: ['W_hat'] }, weights: { W: op.sigmoid(symbol('W_hat')) } }),
  shader: equationShader,
  initializations: { madsen: { W_hat: { kind: 'xavierNormal' } } },
  initialization: 'madsen',
  recipe: plain,
  sparse: ['W'],
});

/** m = exp( log(|x| + ε) W ), 0 ≤ W ≤ 1. */
export const nacMulNmu: Unit = unitOf({
  name: 'NAC•NMU',
  operations: ['mul'],
  options: { epsilon: 1e-7 },
  equation: () =>
    inLogSpace({
      parameters: { edge: ['W'] },
      weights: asTheyAre('W'),
      penalties: { W: towardsBits('W') },
      ranges: { W: [0, 1] },
    }),
  shader: equationShader,
  initializations: { madsen: { W: nmuWeight } },
  initialization: 'madsen',
  recipe: multiplicative,
  sparse: ['W'],
});

/**
 * y = g ⊙ a + (1 − g) ⊙ m with a = NAU(x), m = NMU(x), g = σ(x G). W and W′ have their units' penalties and ranges, the gate has
 * none. Madsen and Johansen, 2020, arXiv:2001.05016, appendix on the gate of NALU.
 */
export const gatedNauNmu: Unit = unitOf({
  name: 'Gated NAU/NMU',
  operations: ['add', 'sub', 'mul'],
  options: {},
  equation: () => ({
    parameters: { edge: ['W', 'W_mul', 'G'] },
    weights: { W: clamp(symbol('W'), -1, 1), ...asTheyAre('W_mul', 'G') },
    features: { x },
    accumulators: {
      a: weightedSum('x', 'W'),
      m: mixedProduct('x', symbol('W_mul')),
      z: weightedSum('x', 'G', 'absence'),
    },
    out: blend(symbol('a'), symbol('m')),
    penalties: { W: towardsIntegers('W'), W_mul: towardsBits('W_mul') },
    ranges: { W: [-1, 1], W_mul: [0, 1] },
  }),
  shader: equationShader,
  initializations: { madsen: { W: nauWeight, W_mul: nmuWeight, G: { kind: 'xavierUniform' } } },
  initialization: 'madsen',
  recipe: multiplicative,
  sparse: ['W', 'W_mul'],
});
