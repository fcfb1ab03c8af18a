/** NAC, NAC•, NALU (tied and untied) and G-NALU: units with W = tanh(Ŵ) ⊙ σ(M̂). */

import { nac as nacShader } from '../../shaders/units/nac.wgsl.ts';
import { nacMul as nacMulShader } from '../../shaders/units/nac-mul.wgsl.ts';
import { nalu as naluShader } from '../../shaders/units/nalu.wgsl.ts';
import { blend, inLogSpace, sum } from './forward.ts';
import type { Initializer } from './initializers.ts';
import { type Formula, perEdge, readable, sigmoid, unit } from './readable.ts';
import { plain } from './recipe.ts';
import type { Forward, Initialization, Unit } from './unit.ts';

const squash = (w: number, m: number): number => Math.tanh(w) * sigmoid(m);
const tiedWeight = perEdge((p) => squash(p('W_hat'), p('M_hat')));
const mulWeight = perEdge((p) => squash(p('W_hat_mul'), p('M_hat_mul')));
const gateWeight = perEdge((p) => p('G'));

/** y = g ⊙ a + (1 − g) ⊙ m, a = x W, m = exp( log(|x| + ε) W′ ), g = σ(x G). */
const gated = (gate: Formula, weight: Formula, multiplicative = weight): Forward =>
  blend(sum(gate), sum(weight), inLogSpace(multiplicative));

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
export const nac: Unit = unit({
  name: 'NAC',
  operations: ['add', 'sub'],
  options: {},
  shader: () => nacShader,
  forward: sum(tiedWeight),
  initializations: nacInitializations,
  initialization: 'madsen',
  recipe: plain,
  reading: readable({ W: tiedWeight }, ['W']),
});

/** m = exp( log(|x| + ε) W ): products and quotients of magnitudes. */
export const nacMul: Unit = unit({
  name: 'NAC•',
  operations: ['mul', 'div'],
  options: { epsilon: 1e-7 },
  shader: ({ epsilon }) => nacMulShader(epsilon as number),
  forward: inLogSpace(tiedWeight),
  initializations: nacInitializations,
  initialization: 'madsen',
  recipe: plain,
  reading: readable({ W: tiedWeight }, ['W']),
});

const naluParameters = ['W_hat', 'M_hat', 'G'];
const untiedParameters = ['W_hat', 'M_hat', 'W_hat_mul', 'M_hat_mul', 'G'];
const naluInitializations = (names: readonly string[]) => ({
  article: narrowNormal(names),
  madsen: { ...each(names, { kind: 'nac' }), G: { kind: 'xavierUniform' } } satisfies Initialization,
  wide: wideUniform(names),
});

/** y = g ⊙ a + (1 − g) ⊙ m, both paths over one W: the paper's form. */
export const nalu: Unit = unit({
  name: 'NALU',
  operations: ['add', 'sub', 'mul', 'div'],
  options: { epsilon: 1e-7 },
  shader: ({ epsilon }) => naluShader(epsilon as number, true),
  forward: gated(gateWeight, tiedWeight),
  initializations: naluInitializations(naluParameters),
  initialization: 'article',
  recipe: plain,
  reading: readable({ W: tiedWeight, G: gateWeight }, ['W']),
});

/** NALU whose multiplicative path has weights of its own. */
export const naluUntied: Unit = unit({
  name: 'NALU untied',
  operations: ['add', 'sub', 'mul', 'div'],
  options: { epsilon: 1e-7 },
  shader: ({ epsilon }) => naluShader(epsilon as number, false),
  forward: gated(gateWeight, tiedWeight, mulWeight),
  initializations: naluInitializations(untiedParameters),
  initialization: 'article',
  recipe: plain,
  reading: readable({ W: tiedWeight, W_mul: mulWeight, G: gateWeight }, ['W', 'W_mul']),
});

/** ln φ of the golden ratio φ. */
const LN_PHI = Math.log((1 + Math.sqrt(5)) / 2);
/** tanh_φ(v) = tanh(v ln φ) and σ_φ(v) = σ(v ln φ). */
const goldenWeight = perEdge((p) => squash(LN_PHI * p('W_hat'), LN_PHI * p('M_hat')));
const goldenGate = perEdge((p) => LN_PHI * p('G'));

/** NALU over powers of the golden ratio: its raw parameters count ln φ. */
export const gNalu: Unit = unit({
  name: 'G-NALU',
  operations: ['add', 'sub', 'mul', 'div'],
  options: { epsilon: 1e-7 },
  shader: ({ epsilon }) => naluShader(epsilon as number, true, LN_PHI),
  forward: gated(goldenGate, goldenWeight),
  initializations: naluInitializations(naluParameters),
  initialization: 'madsen',
  recipe: plain,
  reading: readable({ W: goldenWeight, G: goldenGate }, ['W']),
});
