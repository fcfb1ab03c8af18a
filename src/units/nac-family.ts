/** NAC, NAC• and NALU (tied and untied): the units of Trask et al., 2018. */

import { nac as nacShader } from '../../shaders/units/nac.wgsl.ts';
import { nacMul as nacMulShader } from '../../shaders/units/nac-mul.wgsl.ts';
import { nalu as naluShader } from '../../shaders/units/nalu.wgsl.ts';
import type { Initializer } from './initializers.ts';
import { type Initialization, perEdge, type RawParameters, type Unit } from './unit.ts';

const trask = {
  title: 'Neural Arithmetic Logic Units',
  authors: 'Trask, Hill, Reed, Rae, Dyer, Blunsom',
  year: 2018,
  arxiv: '1808.00508',
};

const squash = (w: number, m: number): number => Math.tanh(w) / (1 + Math.exp(-m));
const effective =
  (formulas: Readonly<Record<string, (parameter: (name: string) => number) => number>>) =>
  (parameters: RawParameters, inputs: number, outputs: number) =>
    Object.fromEntries(
      Object.entries(formulas).map(([name, f]) => [name, perEdge(parameters, inputs, outputs, f)]),
    );

const tiedWeight = (p: (name: string) => number): number => squash(p('W_hat'), p('M_hat'));
const gateWeight = (p: (name: string) => number): number => p('G');

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
export const nac: Unit = {
  name: 'NAC',
  summary: 'Neural accumulator: adds and subtracts inputs, with weights drawn to −1, 0 and 1.',
  formula: 'a = x W, W = tanh(Ŵ) ⊙ σ(M̂)',
  paper: trask,
  options: {},
  shader: () => nacShader,
  initializations: nacInitializations,
  initialization: 'madsen',
  weights: effective({ W: tiedWeight }),
};

/** m = exp( log(|x| + ε) W ): products and quotients of magnitudes. */
export const nacMul: Unit = {
  name: 'NAC•',
  summary: 'Neural accumulator in log space: multiplies and divides magnitudes; the output is positive.',
  formula: 'm = exp( log(|x| + ε) W ), W = tanh(Ŵ) ⊙ σ(M̂)',
  paper: trask,
  options: { epsilon: 1e-7 },
  shader: ({ epsilon }) => nacMulShader(epsilon as number),
  initializations: nacInitializations,
  initialization: 'madsen',
  weights: effective({ W: tiedWeight }),
};

const naluParameters = ['W_hat', 'M_hat', 'G'];
const untiedParameters = ['W_hat', 'M_hat', 'W_hat_mul', 'M_hat_mul', 'G'];
const madsenNalu = (names: readonly string[]): Initialization => ({
  ...each(names, { kind: 'nac' }),
  G: { kind: 'xavierUniform' },
});

/** y = g ⊙ a + (1 − g) ⊙ m, both paths over one W: the paper's form. */
export const nalu: Unit = {
  name: 'NALU',
  summary: 'Neural arithmetic logic unit: a learned gate blends a NAC and a NAC• that share their weights.',
  formula: 'y = g ⊙ a + (1 − g) ⊙ m, a = x W, m = exp( log(|x| + ε) W ), g = σ(x G), W = tanh(Ŵ) ⊙ σ(M̂)',
  paper: trask,
  options: { epsilon: 1e-7 },
  shader: ({ epsilon }) => naluShader(epsilon as number, true),
  initializations: {
    article: narrowNormal(naluParameters),
    madsen: madsenNalu(naluParameters),
    wide: wideUniform(naluParameters),
  },
  initialization: 'article',
  weights: effective({ W: tiedWeight, G: gateWeight }),
};

/** NALU whose multiplicative path has weights of its own. */
export const naluUntied: Unit = {
  name: 'NALU untied',
  summary: 'NALU whose additive and multiplicative paths have separate weights.',
  formula: 'y = g ⊙ a + (1 − g) ⊙ m, a = x W, m = exp( log(|x| + ε) W′ ), g = σ(x G)',
  paper: {
    title: 'Neural Arithmetic Units',
    authors: 'Madsen, Johansen',
    year: 2020,
    arxiv: '2001.05016',
  },
  options: { epsilon: 1e-7 },
  shader: ({ epsilon }) => naluShader(epsilon as number, false),
  initializations: {
    article: narrowNormal(untiedParameters),
    madsen: madsenNalu(untiedParameters),
    wide: wideUniform(untiedParameters),
  },
  initialization: 'article',
  weights: effective({
    W: tiedWeight,
    W_mul: (p) => squash(p('W_hat_mul'), p('M_hat_mul')),
    G: gateWeight,
  }),
};
