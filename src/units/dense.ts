/** Dense layers with the usual activations: what arithmetic units are compared with. */

import { activations } from '../../shaders/units/activations.wgsl.ts';
import { dense as denseShader } from '../../shaders/units/dense.wgsl.ts';
import type { UnitShader } from '../../shaders/units/unit.ts';
import { combine, constant, sum, withOptions } from './forward.ts';
import { type Initializer, torchLinear } from './initializers.ts';
import { papers } from './papers.ts';
import { clamp, perEdge, perOutput, readable, sigmoid } from './readable.ts';
import { plain } from './recipe.ts';
import type { Initialization, Paper, Unit, UnitOptions } from './unit.ts';

interface Dense {
  readonly name: string;
  readonly summary: string;
  /** f(z), for the formula. */
  readonly activation: string;
  /** Default: Trask et al., who compare them. */
  readonly paper?: Paper;
  readonly operations?: Unit['operations'];
  readonly options?: Unit['options'];
  /** Initial W of Madsen and Johansen's baselines, with zero biases; the default where there is one. */
  readonly madsen?: Initializer;
  /** Whether the slope of negative sums is learned: PReLU. */
  readonly learned?: boolean;
  readonly shader: Unit['shader'];
  /** f in float64, of the sum and the output's learned slope. */
  readonly activate: (options: UnitOptions) => (z: number, slope: number) => number;
}

const zero: Initializer = { kind: 'constant', value: 0 };
const xavier = (gain = 1): Initializer => ({ kind: 'xavierUniform', gain });
const kaiming = (gain: number): Initializer => ({ kind: 'kaimingUniform', gain });
const weight = perEdge((p) => p('W'));
const bias = perOutput((p) => p('b'));
const learnedSlope = perOutput((p) => p('slope'));

/** z for z > 0, else slope · z. */
const leaky = (z: number, slope: number): number => (z > 0 ? z : slope * z);
/** z for z > 0, else α (eᶻ − 1). */
const elu = (z: number, alpha: number): number => (z > 0 ? z : alpha * Math.expm1(z));
/** λ and α of SELU: Klambauer et al., 2017. */
const SELU_SCALE = 1.0507009873554805;
const SELU_ALPHA = 1.6732632423543772;

const plainDense = (shader: UnitShader) => () => shader;

const dense = ({ activation, madsen, learned, activate, ...given }: Dense): Unit => {
  const slope: Initialization = learned ? { slope: { kind: 'constant', value: 0.25 } } : {};
  return {
    paper: papers.trask,
    operations: [],
    options: {},
    ...given,
    formula: `y = f(x W + b), f(z) = ${activation}`,
    initializations: {
      ...(madsen && { madsen: { W: madsen, b: zero, ...slope } }),
      torch: { W: torchLinear, b: torchLinear, ...slope },
    },
    initialization: madsen ? 'madsen' : 'torch',
    recipe: plain,
    forward: withOptions((options) => {
      const f = activate(options);
      const parts = [sum(weight), constant(bias), ...(learned ? [constant(learnedSlope)] : [])] as const;
      return combine((z, b, slope) => f(z + b, slope), ...parts);
    }),
    ...readable(
      {
        W: weight,
        b: bias,
        ...(learned && { slope: learnedSlope }),
      },
      ['W'],
    ),
  };
};

export const denseUnits: readonly Unit[] = [
  dense({
    name: 'Linear',
    summary: 'Affine layer.',
    activation: 'z',
    paper: papers.madsen,
    operations: ['add', 'sub'],
    madsen: xavier(),
    shader: plainDense(denseShader(activations.identity())),
    activate: () => (z) => z,
  }),
  dense({
    name: 'Dense ReLU',
    summary: 'Affine layer with a rectified linear activation.',
    activation: 'max(z, 0)',
    paper: papers.madsen,
    madsen: kaiming(Math.SQRT2),
    shader: plainDense(denseShader(activations.relu())),
    activate: () => (z) => Math.max(z, 0),
  }),
  dense({
    name: 'Dense ReLU6',
    summary: 'Affine layer with a rectified linear activation that ends at 6.',
    activation: 'min(max(z, 0), 6)',
    paper: papers.madsen,
    madsen: kaiming(Math.SQRT2),
    shader: plainDense(denseShader(activations.relu6())),
    activate: () => (z) => clamp(z, 0, 6),
  }),
  dense({
    name: 'Dense leaky ReLU',
    summary: 'Affine layer with a rectified linear activation that keeps a small slope below 0.',
    activation: 'z for z > 0, else slope · z',
    paper: papers.xu,
    options: { slope: 0.01 },
    shader: ({ slope }) => denseShader(activations.leaky(), { kind: 'constant', slope: slope as number }),
    activate:
      ({ slope }) =>
      (z) =>
        leaky(z, slope as number),
  }),
  dense({
    name: 'Dense PReLU',
    summary: 'Affine layer with a rectified linear activation whose slope below 0 each output learns.',
    activation: 'z for z > 0, else slope · z with a learned slope',
    paper: papers.he,
    learned: true,
    shader: plainDense(denseShader(activations.leaky(), { kind: 'learned' })),
    activate: () => leaky,
  }),
  dense({
    name: 'Dense RReLU',
    summary: 'Affine layer with a rectified linear activation whose slope below 0 is drawn anew in training.',
    activation: 'z for z > 0, else slope · z with slope ~ U[lower, upper), in prediction its mean',
    paper: papers.xu,
    options: { lower: 1 / 8, upper: 1 / 3 },
    shader: ({ lower, upper }) =>
      denseShader(activations.leaky(), { kind: 'drawn', lower: lower as number, upper: upper as number }),
    activate:
      ({ lower, upper }) =>
      (z) =>
        leaky(z, ((lower as number) + (upper as number)) / 2),
  }),
  dense({
    name: 'Dense ELU',
    summary: 'Affine layer with an exponential linear activation.',
    activation: 'z for z > 0, else α (eᶻ − 1)',
    paper: papers.clevert,
    options: { alpha: 1 },
    madsen: kaiming(Math.SQRT2),
    shader: ({ alpha }) => denseShader(activations.elu(alpha as number)),
    activate:
      ({ alpha }) =>
      (z) =>
        elu(z, alpha as number),
  }),
  dense({
    name: 'Dense SELU',
    summary: 'Affine layer with a scaled exponential linear activation.',
    activation: 'λ z for z > 0, else λ α (eᶻ − 1), λ = 1.0507, α = 1.6733',
    paper: papers.klambauer,
    madsen: kaiming(1),
    shader: plainDense(denseShader(activations.selu())),
    activate: () => (z) => SELU_SCALE * elu(z, SELU_ALPHA),
  }),
  dense({
    name: 'Dense softplus',
    summary: 'Affine layer with a smooth rectified activation.',
    activation: 'log(1 + eᶻ)',
    shader: plainDense(denseShader(activations.softplus())),
    activate: () => (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))),
  }),
  dense({
    name: 'Dense softsign',
    summary: 'Affine layer with an algebraic sigmoid activation.',
    activation: 'z / (1 + |z|)',
    madsen: xavier(),
    shader: plainDense(denseShader(activations.softsign())),
    activate: () => (z) => z / (1 + Math.abs(z)),
  }),
  dense({
    name: 'Dense tanh',
    summary: 'Affine layer with a hyperbolic tangent activation.',
    activation: 'tanh z',
    madsen: xavier(5 / 3),
    shader: plainDense(denseShader(activations.tanh())),
    activate: () => Math.tanh,
  }),
  dense({
    name: 'Dense hardtanh',
    summary: 'Affine layer with an activation that is linear between −1 and 1 and constant outside.',
    activation: 'min(max(z, −1), 1)',
    shader: plainDense(denseShader(activations.hardtanh())),
    activate: () => (z) => clamp(z, -1, 1),
  }),
  dense({
    name: 'Dense tanhshrink',
    summary: 'Affine layer with what a hyperbolic tangent leaves over.',
    activation: 'z − tanh z',
    shader: plainDense(denseShader(activations.tanhshrink())),
    activate: () => (z) => z - Math.tanh(z),
  }),
  dense({
    name: 'Dense sigmoid',
    summary: 'Affine layer with a logistic activation.',
    activation: '1 / (1 + e⁻ᶻ)',
    madsen: xavier(),
    shader: plainDense(denseShader(activations.sigmoid())),
    activate: () => sigmoid,
  }),
  dense({
    name: 'Dense hardshrink',
    summary: 'Affine layer with an activation that is 0 near 0 and linear elsewhere.',
    activation: 'z for |z| > λ, else 0',
    options: { lambda: 0.5 },
    shader: ({ lambda }) => denseShader(activations.hardshrink(lambda as number)),
    activate:
      ({ lambda }) =>
      (z) =>
        Math.abs(z) <= (lambda as number) ? 0 : z,
  }),
  dense({
    name: 'Dense softshrink',
    summary: 'Affine layer with an activation that moves its sum towards 0.',
    activation: 'sign(z) max(|z| − λ, 0)',
    options: { lambda: 0.5 },
    shader: ({ lambda }) => denseShader(activations.softshrink(lambda as number)),
    activate:
      ({ lambda }) =>
      (z) =>
        Math.sign(z) * Math.max(Math.abs(z) - (lambda as number), 0),
  }),
  // PyTorch has no defaults here. With a threshold of 0 it would be ReLU once more; 1 is the value of the paper.
  dense({
    name: 'Dense threshold',
    summary: 'Affine layer with an activation that is linear above a threshold and constant below.',
    activation: 'z for z > threshold, else value',
    paper: papers.konda,
    options: { threshold: 1, value: 0 },
    shader: ({ threshold, value }) =>
      denseShader(activations.threshold(threshold as number, value as number)),
    activate:
      ({ threshold, value }) =>
      (z) =>
        z <= (threshold as number) ? (value as number) : z,
  }),
];
