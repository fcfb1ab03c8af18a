/** NAC, NAC•, NALU (tied and untied) and G-NALU: units with W = tanh(Ŵ) ⊙ σ(M̂). */

import { nac as nacCode } from '../../shaders/units/nac.wgsl.ts';
import { nacMul as nacMulCode } from '../../shaders/units/nac-mul.wgsl.ts';
import { nalu as naluCode } from '../../shaders/units/nalu.wgsl.ts';
import { type Expression, op, symbol } from '../expression/tree.ts';
import { asTheyAre, type UnitEquation, weightedSum, x } from './equation.ts';
import { blend, inLogSpace, logMagnitude } from './equation-parts.ts';
import { equationShader } from './equation-shader.ts';
import { withCode } from './fields.ts';
import type { Initializer } from './initializers.ts';
import { plain } from './recipe.ts';
import type { Initialization, Unit } from './unit.ts';
import { unitOf } from './unit-of.ts';

/** tanh(Ŵ) σ(M̂) of raw parameters, each times `scale`. */
const squashed = (suffix = '', scale = 1): Expression => {
  const [w, m] = [`W_hat${suffix}`, `M_hat${suffix}`].map((name) =>
    scale === 1 ? symbol(name) : op.multiply(scale, symbol(name)),
  ) as [Expression, Expression];
  return op.multiply(op.tanh(w), op.sigmoid(m));
};

/** y = g ⊙ a + (1 − g) ⊙ m, a = x W, m = exp( log(|x| + ε) W′ ), g = σ(x G). */
const gated = (
  edge: readonly string[],
  weights: UnitEquation['weights'],
  multiplicative = 'W',
): UnitEquation => ({
  parameters: { edge },
  weights,
  features: { x, logs: logMagnitude() },
  accumulators: {
    a: weightedSum('x', 'W'),
    l: weightedSum('logs', multiplicative, 'exponent'),
    z: weightedSum('x', 'G', 'absence'),
  },
  out: blend(symbol('a'), op.boundedExp(symbol('l'))),
  safeguards: { epsilon: 0 },
});

const each = (names: readonly string[], initializer: Initializer): Initialization =>
  Object.fromEntries(names.map((name) => [name, initializer]));

/** Every parameter ~ U[−2, 2]: the article's NAC. */
const wideUniform = (names: readonly string[]) => each(names, { kind: 'uniform', low: -2, high: 2 });
/** Every parameter ~ truncated normal of deviation 0.02: the article's NALU. */
const narrowNormal = (names: readonly string[]) => each(names, { kind: 'truncatedNormal', deviation: 0.02 });

const nacParameters = ['W_hat', 'M_hat'];
const nacInitializations = {
  article: wideUniform(nacParameters),
  madsen: each(nacParameters, { kind: 'nac' }),
  narrow: narrowNormal(nacParameters),
};

/** a = x W, W = tanh(Ŵ) ⊙ σ(M̂): sums and differences. */
export const nac: Unit = unitOf({
  name: 'NAC',
  operations: ['add', 'sub'],
  options: {},
  equation: () => ({
    parameters: { edge: nacParameters },
    weights: { W: squashed() },
    features: { x },
    accumulators: { a: weightedSum('x', 'W') },
    out: symbol('a'),
  }),
  shader: withCode(() => nacCode),
  initializations: nacInitializations,
  initialization: 'madsen',
  recipe: plain,
  sparse: ['W'],
});

/** m = exp( log(|x| + ε) W ): products and quotients of magnitudes. */
export const nacMul: Unit = unitOf({
  name: 'NAC•',
  operations: ['mul', 'div'],
  options: { epsilon: 1e-7 },
  equation: () => inLogSpace({ parameters: { edge: nacParameters }, weights: { W: squashed() } }),
  shader: withCode(({ epsilon }) => nacMulCode(epsilon as number)),
  initializations: nacInitializations,
  initialization: 'madsen',
  recipe: plain,
  sparse: ['W'],
});

const naluParameters = ['W_hat', 'M_hat', 'G'];
const untiedParameters = ['W_hat', 'M_hat', 'W_hat_mul', 'M_hat_mul', 'G'];
const naluInitializations = (names: readonly string[]) => ({
  article: narrowNormal(names),
  madsen: { ...each(names, { kind: 'nac' }), G: { kind: 'xavierUniform' } } satisfies Initialization,
  wide: wideUniform(names),
});

/** y = g ⊙ a + (1 − g) ⊙ m, both paths over one W: the paper's form. */
export const nalu: Unit = unitOf({
  name: 'NALU',
  operations: ['add', 'sub', 'mul', 'div'],
  options: { epsilon: 1e-7 },
  equation: () => gated(naluParameters, { W: squashed(), ...asTheyAre('G') }),
  shader: withCode(({ epsilon }) => naluCode(epsilon as number)),
  initializations: naluInitializations(naluParameters),
  initialization: 'article',
  recipe: plain,
  sparse: ['W'],
});

/** NALU whose multiplicative path has weights of its own. */
export const naluUntied: Unit = unitOf({
  name: 'NALU untied',
  operations: ['add', 'sub', 'mul', 'div'],
  options: { epsilon: 1e-7 },
  equation: () =>
    gated(untiedParameters, { W: squashed(), W_mul: squashed('_mul'), ...asTheyAre('G') }, 'W_mul'),
  shader: equationShader,
  initializations: naluInitializations(untiedParameters),
  initialization: 'article',
  recipe: plain,
  sparse: ['W', 'W_mul'],
});

/** ln φ of the golden ratio φ. */
const LN_PHI = Math.log((1 + Math.sqrt(5)) / 2);

/**
 * NALU over powers of the golden ratio φ instead of e (Rana et al., 2020, arXiv:2004.06674): tanh_φ(v) = (φ²ᵛ − 1) / (φ²ᵛ + 1),
 * σ_φ(v) = 1 / (1 + φ⁻ᵛ), m = φ^( log_φ(|x| + ε) W ). With tanh_φ(v) = tanh(v ln φ), σ_φ(v) = σ(v ln φ) and
 * m = exp( log(|x| + ε) W ), all exact, it is NALU whose raw parameters count ln φ, and free of φ²ᵛ, which overflows.
 */
export const gNalu: Unit = unitOf({
  name: 'G-NALU',
  operations: ['add', 'sub', 'mul', 'div'],
  options: { epsilon: 1e-7 },
  equation: () => gated(naluParameters, { W: squashed('', LN_PHI), G: op.multiply(LN_PHI, symbol('G')) }),
  shader: equationShader,
  initializations: naluInitializations(naluParameters),
  initialization: 'madsen',
  recipe: plain,
  sparse: ['W'],
});
