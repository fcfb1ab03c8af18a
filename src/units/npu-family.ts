/**
 * NPU and RealNPU, and the RealNPU as modified for division: products of powers through complex arithmetic, with a relevance
 * gate per input.
 *
 *     ĝ = clamp(g, 0, 1),  r = ĝ ⊙ (|x| + ε) + 1 − ĝ,  k = ĝ ⊙ π [x < 0]
 *     y = exp( log(r) W − k W″ ) ⊙ cos( k W + log(r) W″ )
 *
 * with W the real and W″ the imaginary part of the weights; RealNPU has W″ = 0.
 * Heim, Pevný and Šmídl, "Neural Power Units", 2020, arXiv:2006.01681, in the form of the Primer's benchmark
 * (arXiv:2101.09530), where no derivative passes a gate outside [0, 1]; in the authors' own code it passes.
 *
 * The part k W of the phase is summed in half turns, without π, so that whole powers have an exact sign. Where exp leaves
 * float32 it saturates; then neither its argument nor the phase gets a derivative.
 */

import { type Expression, op, symbol } from '../expression/tree.ts';
import { clamp, isNegative, symbols, towardsBits, type UnitEquation, weightedSum, x } from './equation.ts';
import { equationShader } from './equation-shader.ts';
import type { Initializer } from './initializers.ts';
import { type Recipe, rising, type TaskRecipe } from './recipe.ts';
import type { Unit } from './unit.ts';
import { unitOf } from './unit-of.ts';

/** float32's machine epsilon, as in the authors' code. */
const EPSILON = 2 ** -23;

const gateStart: Initializer = { kind: 'constant', value: 0.5 };

/** What all have in common; `penalty` is that of every parameter. */
const gatedInput = (): Pick<UnitEquation, 'inputs' | 'features' | 'safeguards' | 'rounding'> => {
  const { g, epsilon } = symbols('g', 'epsilon');
  return {
    inputs: { g: clamp(g, 0, 1) },
    features: {
      logs: op.log(op.add(op.multiply(g, op.add(op.abs(x), epsilon)), op.subtract(1, g))),
      turns: op.multiply(g, isNegative(x)),
    },
    safeguards: { epsilon: 0 },
    rounding: { g: 'share' },
  };
};

const real = (penalties: UnitEquation['penalties'], ranges?: UnitEquation['ranges']): UnitEquation => ({
  parameters: { edge: ['W_re'], input: ['g'] },
  weights: { W: symbol('W_re') },
  ...gatedInput(),
  accumulators: { l: weightedSum('logs', 'W', 'exponent'), t: weightedSum('turns', 'W', 'exponent') },
  out: op.multiply(op.boundedExp(symbol('l')), op.cospi(symbol('t'))),
  ...(penalties && { penalties }),
  ...(ranges && { ranges }),
});

const magnitude = (name: string): Expression => op.abs(symbol(name));

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
export const npu: Unit = unitOf({
  name: 'NPU',
  operations: ['mul', 'div'],
  options: { epsilon: EPSILON },
  equation: () => {
    const { l, t, l_im, t_im } = symbols('l', 't', 'l_im', 't_im');
    return {
      parameters: { edge: ['W_re', 'W_im'], input: ['g'] },
      weights: { W: symbol('W_re'), W_im: symbol('W_im') },
      ...gatedInput(),
      accumulators: {
        l: weightedSum('logs', 'W', 'exponent'),
        t: weightedSum('turns', 'W', 'exponent'),
        l_im: weightedSum('logs', 'W_im', 'absence'),
        t_im: weightedSum('turns', 'W_im', 'absence'),
      },
      out: op.multiply(
        op.boundedExp(op.subtract(l, op.multiply(Math.PI, t_im))),
        // cos(π t + l″)
        op.subtract(op.multiply(op.cospi(t), op.cos(l_im)), op.multiply(op.sinpi(t), op.sin(l_im))),
      ),
      penalties: { W_re: magnitude('W_re'), W_im: magnitude('W_im'), g: magnitude('g') },
    };
  },
  shader: equationShader,
  initializations: {
    heim: { W_re: { kind: 'xavierUniform' }, W_im: { kind: 'constant', value: 0 }, g: gateStart },
  },
  initialization: 'heim',
  recipe,
  recipes,
  sparse: ['W', 'W_im'],
  sparsity: 'mean',
});

/** y = exp( log(r) W ) ⊙ cos( k W ). */
export const realNpu: Unit = unitOf({
  name: 'RealNPU',
  operations: ['mul', 'div'],
  options: { epsilon: EPSILON },
  equation: () => real({ W_re: magnitude('W_re'), g: magnitude('g') }),
  shader: equationShader,
  initializations: { heim: { W_re: { kind: 'xavierUniform' }, g: gateStart } },
  initialization: 'heim',
  recipe,
  recipes,
  sparse: ['W'],
});

/**
 * RealNPU with weights in [−1, 1] and gates in [0, 1], drawn to −1 or 1 and to 0 or 1 (Mistry, Farrahi and Hare, "Learning
 * Division with Neural Arithmetic Logic Modules", 2021, arXiv:2110.05177). The published runs add the L1 penalty of the RealNPU,
 * at most 1e-7, which is left out here.
 */
export const realNpuModified: Unit = unitOf({
  name: 'RealNPU modified',
  operations: ['mul', 'div'],
  options: { epsilon: EPSILON },
  equation: () =>
    real(
      { W_re: op.abs(op.subtract(1, magnitude('W_re'))), g: towardsBits('g') },
      { W_re: [-1, 1], g: [0, 1] },
    ),
  shader: equationShader,
  initializations: { mistry: { W_re: { kind: 'xavierUniform', limit: 0.5 }, g: gateStart } },
  initialization: 'mistry',
  recipe: { learningRate: 5e-3, regularizer: rising(1, 40_000, 50_000) },
  sparse: ['W'],
});
