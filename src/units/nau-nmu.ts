/** NAU, NMU and what Madsen and Johansen compare them with: NAC•,σ, NAC•,NMU and the gated pair. */

import { gatedNauNmu as gatedShader } from '../../shaders/units/gated-nau-nmu.wgsl.ts';
import {
  nacMulNmu as nacMulNmuShader,
  nacMulSigma as nacMulSigmaShader,
} from '../../shaders/units/nac-mul.wgsl.ts';
import { nau as nauShader } from '../../shaders/units/nau.wgsl.ts';
import { nmu as nmuShader } from '../../shaders/units/nmu.wgsl.ts';
import { blend, inLogSpace, product, sum } from './forward.ts';
import type { Initializer } from './initializers.ts';
import { clamp, perEdge, readable, sigmoid, unit } from './readable.ts';
import { plain, type Recipe, rising } from './recipe.ts';
import type { Unit } from './unit.ts';

const nauWeight: Initializer = { kind: 'xavierUniform', limit: 0.5 };
const nmuWeight: Initializer = { kind: 'uniform', low: 0.25, high: 0.75 };

const clippedWeight = perEdge((p) => clamp(p('W'), -1, 1));
const plainWeight = perEdge((p) => p('W'));
const sigmoidWeight = perEdge((p) => sigmoid(p('W_hat')));
const mulWeight = perEdge((p) => p('W_mul'));
const gateWeight = perEdge((p) => p('G'));

const withPenalty = (strength: number, start: number, end: number): Recipe => ({
  learningRate: 1e-3,
  regularizer: rising(strength, start, end),
});
/** Every layer of a net with an NMU, or with its weights, on the arithmetic data set. */
const multiplicative = withPenalty(10, 1e6, 2e6);

/** y = x W, −1 ≤ W ≤ 1. */
export const nau: Unit = unit({
  name: 'NAU',
  operations: ['add', 'sub'],
  options: {},
  shader: () => nauShader,
  forward: sum(clippedWeight),
  initializations: { madsen: { W: nauWeight } },
  initialization: 'madsen',
  recipe: withPenalty(0.01, 20_000, 35_000),
  recipes: [
    { task: 'arithmetic', operations: ['add', 'sub'], recipe: withPenalty(0.01, 5e3, 5e4) },
    // The layer before an NMU.
    { task: 'arithmetic', operations: ['mul', 'div'], recipe: multiplicative },
  ],
  reading: readable({ W: clippedWeight }, ['W']),
});

/** y = Π ( W x + 1 − W ), 0 ≤ W ≤ 1. */
export const nmu: Unit = unit({
  name: 'NMU',
  operations: ['mul'],
  options: {},
  shader: () => nmuShader,
  forward: product(plainWeight),
  initializations: { madsen: { W: nmuWeight } },
  initialization: 'madsen',
  recipe: withPenalty(10, 20_000, 35_000),
  recipes: [{ task: 'arithmetic', recipe: multiplicative }],
  reading: readable({ W: plainWeight }, ['W']),
});

/** m = exp( log(|x| + ε) σ(Ŵ) ). */
export const nacMulSigma: Unit = unit({
  name: 'NAC•σ',
  operations: ['mul'],
  options: { epsilon: 1e-7 },
  shader: ({ epsilon }) => nacMulSigmaShader(epsilon as number),
  forward: inLogSpace(sigmoidWeight),
  initializations: { madsen: { W_hat: { kind: 'xavierNormal' } } },
  initialization: 'madsen',
  recipe: plain,
  reading: readable({ W: sigmoidWeight }, ['W']),
});

/** m = exp( log(|x| + ε) W ), 0 ≤ W ≤ 1. */
export const nacMulNmu: Unit = unit({
  name: 'NAC•NMU',
  operations: ['mul'],
  options: { epsilon: 1e-7 },
  shader: ({ epsilon }) => nacMulNmuShader(epsilon as number),
  forward: inLogSpace(plainWeight),
  initializations: { madsen: { W: nmuWeight } },
  initialization: 'madsen',
  recipe: multiplicative,
  reading: readable({ W: plainWeight }, ['W']),
});

/** y = g ⊙ NAU(x) + (1 − g) ⊙ NMU(x). */
export const gatedNauNmu: Unit = unit({
  name: 'Gated NAU/NMU',
  operations: ['add', 'sub', 'mul'],
  options: {},
  shader: () => gatedShader,
  forward: blend(sum(gateWeight), sum(clippedWeight), product(mulWeight)),
  initializations: { madsen: { W: nauWeight, W_mul: nmuWeight, G: { kind: 'xavierUniform' } } },
  initialization: 'madsen',
  recipe: multiplicative,
  reading: readable({ W: clippedWeight, W_mul: mulWeight, G: gateWeight }, ['W', 'W_mul']),
});
