/**
 * Dense layers, y = f(x W + b), with the usual activations f: what arithmetic units are compared with. The activations are
 * PyTorch's, as in the comparison of Trask et al., 2018, arXiv:1808.00508, figure 1, and in the baselines of Madsen and Johansen,
 * 2020, arXiv:2001.05016.
 *
 * The leaky activations differ in where the slope of negative sums comes from: a constant; a parameter of each output
 * (He et al., 2015, arXiv:1502.01852; PyTorch's default shares one among all); or a draw from [lower, upper) for every
 * row, output and step (Xu et al., 2015, arXiv:1505.00853), which prediction replaces by the middle.
 */

import { type Expression, op, symbol } from '../expression/tree.ts';
import { asTheyAre, noise, symbols, weightedSum, x } from './equation.ts';
import { equationShader } from './equation-shader.ts';
import { type Initializer, torchLinear } from './initializers.ts';
import { plain } from './recipe.ts';
import type { Initialization, Unit } from './unit.ts';
import { unitOf } from './unit-of.ts';

interface Dense {
  readonly name: string;
  readonly operations?: Unit['operations'];
  readonly options?: Unit['options'];
  /** Initial W of Madsen and Johansen's baselines, with zero biases; the default where there is one. */
  readonly madsen?: Initializer;
  /** Whether the slope of negative sums is learned: PReLU. */
  readonly learned?: boolean;
  /** f of the sum z. */
  readonly activate: (z: Expression) => Expression;
}

const zero: Initializer = { kind: 'constant', value: 0 };
const xavier = (gain = 1): Initializer => ({ kind: 'xavierUniform', gain });
const kaiming = (gain: number): Initializer => ({ kind: 'kaimingUniform', gain });

/** z for z > 0, else slope · z. */
const leaky = (z: Expression, slope: Expression): Expression => op.select(z, 0, z, op.multiply(slope, z));
/** z for z > 0, else α (eᶻ − 1). */
const elu = (z: Expression, alpha: Expression | number): Expression =>
  op.select(z, 0, z, op.multiply(alpha, op.expm1(op.min(0, z))));
/** λ and α of SELU: Klambauer et al., 2017. */
const SELU_SCALE = 1.0507009873554805;
const SELU_ALPHA = 1.6732632423543772;

const dense = ({ madsen, learned, activate, ...given }: Dense): Unit => {
  const slope: Initialization = learned ? { slope: { kind: 'constant', value: 0.25 } } : {};
  const output = learned ? ['b', 'slope'] : ['b'];
  return unitOf({
    operations: [],
    options: {},
    ...given,
    equation: () => ({
      parameters: { edge: ['W'], output },
      weights: asTheyAre('W'),
      outputs: asTheyAre(...output),
      features: { x },
      accumulators: { a: weightedSum('x', 'W', 'absence') },
      out: activate(op.add(symbol('a'), symbol('b'))),
    }),
    shader: equationShader,
    initializations: {
      ...(madsen && { madsen: { W: madsen, b: zero, ...slope } }),
      torch: { W: torchLinear, b: torchLinear, ...slope },
    },
    initialization: madsen ? 'madsen' : 'torch',
    recipe: plain,
    sparse: ['W'],
  });
};

/** y = x W + b. */
export const linear: Unit = dense({
  name: 'Linear',
  operations: ['add', 'sub'],
  madsen: xavier(),
  activate: (z) => z,
});

/** y = max(x W + b, 0). */
export const denseRelu: Unit = dense({
  name: 'Dense ReLU',
  madsen: kaiming(Math.SQRT2),
  activate: (z) => op.max(z, 0),
});

/** y = min(max(x W + b, 0), 6). */
export const denseRelu6: Unit = dense({
  name: 'Dense ReLU6',
  madsen: kaiming(Math.SQRT2),
  activate: (z) => op.min(op.max(z, 0), 6),
});

/** y = z for z = x W + b above 0, and `slope` · z below. */
export const denseLeakyRelu: Unit = dense({
  name: 'Dense leaky ReLU',
  options: { slope: 0.01 },
  activate: (z) => leaky(z, symbol('slope')),
});

/** As leaky ReLU, with a slope for each output that is learnt. */
export const densePRelu: Unit = dense({
  name: 'Dense PReLU',
  learned: true,
  activate: (z) => leaky(z, symbol('slope')),
});

/** As leaky ReLU, with slopes drawn at random in training, and their mean in predictions. */
export const denseRRelu: Unit = dense({
  name: 'Dense RReLU',
  options: { lower: 1 / 8, upper: 1 / 3 },
  activate: (z) => {
    const { lower, upper } = symbols('lower', 'upper');
    return leaky(z, op.add(lower, op.multiply(op.subtract(upper, lower), noise)));
  },
});

/** y = z for z = x W + b above 0, and `alpha` (exp(z) − 1) below. */
export const denseElu: Unit = dense({
  name: 'Dense ELU',
  options: { alpha: 1 },
  madsen: kaiming(Math.SQRT2),
  activate: (z) => elu(z, symbol('alpha')),
});

/** ELU with the scale and α that keep mean and variance (Klambauer et al. 2017). */
export const denseSelu: Unit = dense({
  name: 'Dense SELU',
  madsen: kaiming(1),
  activate: (z) => op.multiply(SELU_SCALE, elu(z, SELU_ALPHA)),
});

/** y = log(1 + exp(x W + b)). */
export const denseSoftplus: Unit = dense({
  name: 'Dense softplus',
  activate: op.softplus,
});

/** y = z / (1 + |z|), z = x W + b. */
export const denseSoftsign: Unit = dense({
  name: 'Dense softsign',
  madsen: xavier(),
  activate: (z) => op.divide(z, op.add(1, op.abs(z))),
});

/** y = tanh(x W + b). */
export const denseTanh: Unit = dense({
  name: 'Dense tanh',
  madsen: xavier(5 / 3),
  activate: op.tanh,
});

/** y = x W + b, clipped to [−1, 1]. */
export const denseHardtanh: Unit = dense({
  name: 'Dense hardtanh',
  activate: (z) => op.max(op.min(z, 1), -1),
});

/** y = z − tanh(z), z = x W + b. */
export const denseTanhshrink: Unit = dense({
  name: 'Dense tanhshrink',
  activate: (z) => op.subtract(z, op.tanh(z)),
});

/** y = σ(x W + b). */
export const denseSigmoid: Unit = dense({
  name: 'Dense sigmoid',
  madsen: xavier(),
  activate: op.sigmoid,
});

/** y = z for |z| above `lambda`, else 0; z = x W + b. */
export const denseHardshrink: Unit = dense({
  name: 'Dense hardshrink',
  options: { lambda: 0.5 },
  activate: (z) => op.select(op.abs(z), symbol('lambda'), z, 0),
});

/** y = z moved towards 0 by `lambda`, z = x W + b. */
export const denseSoftshrink: Unit = dense({
  name: 'Dense softshrink',
  options: { lambda: 0.5 },
  activate: (z) => op.multiply(op.sign(z), op.max(op.subtract(op.abs(z), symbol('lambda')), 0)),
});

// PyTorch has no defaults here. With a threshold of 0 it would be ReLU once more; 1 is the value of the paper.
/** y = z for z = x W + b above `threshold`, else `value`. */
export const denseThreshold: Unit = dense({
  name: 'Dense threshold',
  options: { threshold: 1, value: 0 },
  activate: (z) => op.select(z, symbol('threshold'), z, symbol('value')),
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
