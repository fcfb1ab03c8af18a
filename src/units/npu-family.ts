/** NPU and RealNPU, and the RealNPU as modified for division. */

import { npu as npuShader, realNpu as realNpuShader } from '../../shaders/units/npu.wgsl.ts';
import { combine, cosPi, type Feature, sum, withOptions } from './forward.ts';
import type { Initializer } from './initializers.ts';
import { clamp, perEdge, perInput, readable, unit } from './readable.ts';
import { type Recipe, rising, type TaskRecipe } from './recipe.ts';
import type { Unit } from './unit.ts';

/** float32's machine epsilon, as in the authors' code. */
const EPSILON = 2 ** -23;

const gateStart: Initializer = { kind: 'constant', value: 0.5 };
const realWeight = perEdge((p) => p('W_re'));
const imaginaryWeight = perEdge((p) => p('W_im'));
const gate = perInput((p) => clamp(p('g'), 0, 1));

/** log(r), r = ĝ (|x| + ε) + 1 − ĝ. */
const logR =
  (epsilon: number): Feature =>
  (x, g) =>
    Math.log(g * (Math.abs(x) + epsilon) + (1 - g));
/** k / π = ĝ [x < 0]. */
const halfTurns: Feature = (x, g) => (x < 0 ? g : 0);
const realForward = withOptions(({ epsilon }) =>
  combine(
    (log, turns) => Math.exp(log) * cosPi(turns),
    sum(realWeight, logR(epsilon as number), gate),
    sum(realWeight, halfTurns, gate),
  ),
);

/** β · L1 of all parameters, β ten times larger every 10 000 steps until it is `last`. */
const withL1 = (last: number): Recipe => ({
  learningRate: 5e-3,
  regularizer: {
    strength: last,
    reduction: 'sum',
    schedule: { kind: 'staircase', first: 0.01, factor: 10, every: 10_000 },
  },
});
const recipe = withL1(1e-5);
const recipes: readonly TaskRecipe[] = [
  { task: 'singleModule', operations: ['mul'], recipe },
  { task: 'singleModule', operations: ['div'], recipe: withL1(1e-7) },
];

/** y = exp( log(r) W − k W″ ) ⊙ cos( k W + log(r) W″ ). */
export const npu: Unit = unit({
  name: 'NPU',
  operations: ['mul', 'div'],
  options: { epsilon: EPSILON },
  shader: ({ epsilon }) => npuShader(epsilon as number),
  forward: withOptions(({ epsilon }) =>
    combine(
      (log, turns, logIm, turnsIm) =>
        Math.exp(log - Math.PI * turnsIm) * Math.cos(Math.PI * (turns % 2) + logIm),
      sum(realWeight, logR(epsilon as number), gate),
      sum(realWeight, halfTurns, gate),
      sum(imaginaryWeight, logR(epsilon as number), gate),
      sum(imaginaryWeight, halfTurns, gate),
    ),
  ),
  initializations: {
    heim: { W_re: { kind: 'xavierUniform' }, W_im: { kind: 'constant', value: 0 }, g: gateStart },
  },
  initialization: 'heim',
  recipe,
  recipes,
  reading: readable({ W: realWeight, W_im: imaginaryWeight, g: gate }, ['W', 'W_im'], 'mean'),
});

/** y = exp( log(r) W ) ⊙ cos( k W ). */
export const realNpu: Unit = unit({
  name: 'RealNPU',
  operations: ['mul', 'div'],
  options: { epsilon: EPSILON },
  shader: ({ epsilon }) => realNpuShader(epsilon as number, false),
  forward: realForward,
  initializations: { heim: { W_re: { kind: 'xavierUniform' }, g: gateStart } },
  initialization: 'heim',
  recipe,
  recipes,
  reading: readable({ W: realWeight, g: gate }, ['W']),
});

/** RealNPU with weights in [−1, 1] and gates in [0, 1], both drawn to whole numbers. */
export const realNpuModified: Unit = unit({
  name: 'RealNPU modified',
  operations: ['mul', 'div'],
  options: { epsilon: EPSILON },
  shader: ({ epsilon }) => realNpuShader(epsilon as number, true),
  forward: realForward,
  initializations: { mistry: { W_re: { kind: 'xavierUniform', limit: 0.5 }, g: gateStart } },
  initialization: 'mistry',
  recipe: { learningRate: 5e-3, regularizer: rising(1, 40_000, 50_000) },
  reading: readable({ W: realWeight, g: gate }, ['W']),
});
