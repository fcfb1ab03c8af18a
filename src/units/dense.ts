/** Dense layers with the usual activations: what arithmetic units are compared with. */

import { activations } from '../../shaders/units/activations.wgsl.ts';
import { dense as denseShader } from '../../shaders/units/dense.wgsl.ts';
import type { UnitShader } from '../../shaders/units/unit.ts';
import { combine, constant, sum, withOptions } from './forward.ts';
import { type Initializer, torchLinear } from './initializers.ts';
import { clamp, perEdge, perOutput, readable, sigmoid } from './readable.ts';
import { plain } from './recipe.ts';
import type { Initialization, Unit, UnitOptions } from './unit.ts';

interface Dense {
  readonly name: string;
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

const dense = ({ madsen, learned, activate, ...given }: Dense): Unit => {
  const slope: Initialization = learned ? { slope: { kind: 'constant', value: 0.25 } } : {};
  return {
    operations: [],
    options: {},
    ...given,
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

/** y = x W + b. */
export const linear: Unit = dense({
  name: 'Linear',
  operations: ['add', 'sub'],
  madsen: xavier(),
  shader: plainDense(denseShader(activations.identity())),
  activate: () => (z) => z,
});

/** y = max(x W + b, 0). */
export const denseRelu: Unit = dense({
  name: 'Dense ReLU',
  madsen: kaiming(Math.SQRT2),
  shader: plainDense(denseShader(activations.relu())),
  activate: () => (z) => Math.max(z, 0),
});

/** y = min(max(x W + b, 0), 6). */
export const denseRelu6: Unit = dense({
  name: 'Dense ReLU6',
  madsen: kaiming(Math.SQRT2),
  shader: plainDense(denseShader(activations.relu6())),
  activate: () => (z) => clamp(z, 0, 6),
});

/** y = z for z = x W + b above 0, and `slope` · z below. */
export const denseLeakyRelu: Unit = dense({
  name: 'Dense leaky ReLU',
  options: { slope: 0.01 },
  shader: ({ slope }) => denseShader(activations.leaky(), { kind: 'constant', slope: slope as number }),
  activate:
    ({ slope }) =>
    (z) =>
      leaky(z, slope as number),
});

/** As leaky ReLU, with a slope for each output that is learnt. */
export const densePRelu: Unit = dense({
  name: 'Dense PReLU',
  learned: true,
  shader: plainDense(denseShader(activations.leaky(), { kind: 'learned' })),
  activate: () => leaky,
});

/** As leaky ReLU, with slopes drawn at random in training, and their mean in predictions. */
export const denseRRelu: Unit = dense({
  name: 'Dense RReLU',
  options: { lower: 1 / 8, upper: 1 / 3 },
  shader: ({ lower, upper }) =>
    denseShader(activations.leaky(), { kind: 'drawn', lower: lower as number, upper: upper as number }),
  activate:
    ({ lower, upper }) =>
    (z) =>
      leaky(z, ((lower as number) + (upper as number)) / 2),
});

/** y = z for z = x W + b above 0, and `alpha` (exp(z) − 1) below. */
export const denseElu: Unit = dense({
  name: 'Dense ELU',
  options: { alpha: 1 },
  madsen: kaiming(Math.SQRT2),
  shader: ({ alpha }) => denseShader(activations.elu(alpha as number)),
  activate:
    ({ alpha }) =>
    (z) =>
      elu(z, alpha as number),
});

/** ELU with the scale and α that keep mean and variance (Klambauer et al. 2017). */
export const denseSelu: Unit = dense({
  name: 'Dense SELU',
  madsen: kaiming(1),
  shader: plainDense(denseShader(activations.selu())),
  activate: () => (z) => SELU_SCALE * elu(z, SELU_ALPHA),
});

/** y = log(1 + exp(x W + b)). */
export const denseSoftplus: Unit = dense({
  name: 'Dense softplus',
  shader: plainDense(denseShader(activations.softplus())),
  activate: () => (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))),
});

/** y = z / (1 + |z|), z = x W + b. */
export const denseSoftsign: Unit = dense({
  name: 'Dense softsign',
  madsen: xavier(),
  shader: plainDense(denseShader(activations.softsign())),
  activate: () => (z) => z / (1 + Math.abs(z)),
});

/** y = tanh(x W + b). */
export const denseTanh: Unit = dense({
  name: 'Dense tanh',
  madsen: xavier(5 / 3),
  shader: plainDense(denseShader(activations.tanh())),
  activate: () => Math.tanh,
});

/** y = x W + b, clipped to [−1, 1]. */
export const denseHardtanh: Unit = dense({
  name: 'Dense hardtanh',
  shader: plainDense(denseShader(activations.hardtanh())),
  activate: () => (z) => clamp(z, -1, 1),
});

/** y = z − tanh(z), z = x W + b. */
export const denseTanhshrink: Unit = dense({
  name: 'Dense tanhshrink',
  shader: plainDense(denseShader(activations.tanhshrink())),
  activate: () => (z) => z - Math.tanh(z),
});

/** y = σ(x W + b). */
export const denseSigmoid: Unit = dense({
  name: 'Dense sigmoid',
  madsen: xavier(),
  shader: plainDense(denseShader(activations.sigmoid())),
  activate: () => sigmoid,
});

/** y = z for |z| above `lambda`, else 0; z = x W + b. */
export const denseHardshrink: Unit = dense({
  name: 'Dense hardshrink',
  options: { lambda: 0.5 },
  shader: ({ lambda }) => denseShader(activations.hardshrink(lambda as number)),
  activate:
    ({ lambda }) =>
    (z) =>
      Math.abs(z) <= (lambda as number) ? 0 : z,
});

/** y = z moved towards 0 by `lambda`, z = x W + b. */
export const denseSoftshrink: Unit = dense({
  name: 'Dense softshrink',
  options: { lambda: 0.5 },
  shader: ({ lambda }) => denseShader(activations.softshrink(lambda as number)),
  activate:
    ({ lambda }) =>
    (z) =>
      Math.sign(z) * Math.max(Math.abs(z) - (lambda as number), 0),
});

// PyTorch has no defaults here. With a threshold of 0 it would be ReLU once more; 1 is the value of the paper.
/** y = z for z = x W + b above `threshold`, else `value`. */
export const denseThreshold: Unit = dense({
  name: 'Dense threshold',
  options: { threshold: 1, value: 0 },
  shader: ({ threshold, value }) => denseShader(activations.threshold(threshold as number, value as number)),
  activate:
    ({ threshold, value }) =>
    (z) =>
      z <= (threshold as number) ? (value as number) : z,
});

/** All of them. */
export const denseUnits: readonly Unit[] = [
  linear,
  denseRelu,
  denseRelu6,
  denseLeakyRelu,
  densePRelu,
  denseRRelu,
  denseElu,
  denseSelu,
  denseSoftplus,
  denseSoftsign,
  denseTanh,
  denseHardtanh,
  denseTanhshrink,
  denseSigmoid,
  denseHardshrink,
  denseSoftshrink,
  denseThreshold,
];
