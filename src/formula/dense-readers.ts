/** The activations of dense layers as expressions. */

import { call, invert, product, subtract, sum } from '../expression/simplify.ts';
import type { Expression } from '../expression/tree.ts';
import { constant, one, zero } from '../expression/tree.ts';
import { type LayerReading, logistic, perOutput, type Reader, weightAt, weightedSum } from './reading.ts';

/** f of a sum z; `slope` is what the output has learnt, if it has. */
type Activation = (z: Expression, layer: LayerReading, slope: Expression) => Expression;

const option = ({ options }: LayerReading, name: string): Expression => constant(options[name] as number);
const max = (a: Expression, b: Expression): Expression => call('max', a, b);
const min = (a: Expression, b: Expression): Expression => call('min', a, b);
const leaky = (z: Expression, slope: Expression): Expression =>
  sum(max(z, zero), product(slope, min(z, zero)));
const elu = (z: Expression, alpha: Expression): Expression =>
  sum(max(z, zero), product(alpha, sum(call('exp', min(z, zero)), constant(-1))));
/** 1 − 2 / (e²ᶻ + 1), which keeps its value where e²ᶻ is infinite. */
const tanh = (z: Expression): Expression =>
  subtract(one, product(constant(2), invert(sum(call('exp', product(constant(2), z)), one))));
/** 1 where x > 0, else 0. */
const isPositive = (x: Expression): Expression => max(call('sign', x), zero);

/** λ and α of SELU: Klambauer et al., 2017. */
const SELU_SCALE = constant(1.0507009873554805);
const SELU_ALPHA = constant(1.6732632423543772);

const activations: Readonly<Record<string, Activation>> = {
  Linear: (z) => z,
  'Dense ReLU': (z) => max(z, zero),
  'Dense ReLU6': (z) => min(max(z, zero), constant(6)),
  'Dense leaky ReLU': (z, layer) => leaky(z, option(layer, 'slope')),
  'Dense PReLU': (z, _layer, slope) => leaky(z, slope),
  'Dense RReLU': (z, layer) =>
    leaky(z, product(constant(0.5), sum(option(layer, 'lower'), option(layer, 'upper')))),
  'Dense ELU': (z, layer) => elu(z, option(layer, 'alpha')),
  'Dense SELU': (z) => product(SELU_SCALE, elu(z, SELU_ALPHA)),
  'Dense softplus': (z) =>
    sum(max(z, zero), call('log', sum(one, call('exp', product(constant(-1), call('abs', z)))))),
  'Dense softsign': (z) => product(z, invert(sum(one, call('abs', z)))),
  'Dense tanh': (z) => tanh(z),
  'Dense hardtanh': (z) => min(max(z, constant(-1)), one),
  'Dense tanhshrink': (z) => subtract(z, tanh(z)),
  'Dense sigmoid': logistic,
  'Dense hardshrink': (z, layer) => product(z, isPositive(subtract(call('abs', z), option(layer, 'lambda')))),
  'Dense softshrink': (z, layer) => {
    const lambda = option(layer, 'lambda');
    return sum(max(subtract(z, lambda), zero), min(sum(z, lambda), zero));
  },
  'Dense threshold': (z, layer) => {
    const above = isPositive(subtract(z, option(layer, 'threshold')));
    return sum(product(above, z), product(subtract(one, above), option(layer, 'value')));
  },
};

const reader =
  (activation: Activation): Reader =>
  (layer) =>
    perOutput(layer, (o) => {
      const z = sum(weightedSum(layer, 'W', o, 'absence'), weightAt(layer, 'b', 0, o, 'absence'));
      const slope = layer.weights.slope ? weightAt(layer, 'slope', 0, o, 'absence') : zero;
      return activation(z, layer, slope);
    });

export const denseReaders: Readonly<Record<string, Reader>> = Object.fromEntries(
  Object.entries(activations).map(([name, activation]) => [name, reader(activation)]),
);
