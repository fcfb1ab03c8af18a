/** Dense layers: y = f(x W + b). */

import {
  abs,
  add,
  divide,
  type EquationOf,
  exp,
  expm1,
  input,
  type LayerToWrite,
  log1p,
  max,
  min,
  multiply,
  named,
  negate,
  number,
  select,
  sigmoid,
  sign,
  subtract,
  sumOf,
  tanh,
  type Value,
  weights,
} from './value.ts';

/** f of the sum z. */
type Activation = (z: Value, option: (name: string) => Value) => Value;

const zero = number(0);
const one = number(1);
/** λ and α of SELU: Klambauer et al., 2017. */
const SELU_SCALE = number(1.0507009873554805);
const SELU_ALPHA = number(1.6732632423543772);

/** z for z > 0, else slope · z. */
const leaky = (z: Value, slope: Value): Value => select(z, zero, z, multiply(slope, z));
/** z for z > 0, else α (eᶻ − 1). */
const elu = (z: Value, alpha: Value): Value => select(z, zero, z, multiply(alpha, expm1(min(z, zero))));

const activations: Readonly<Record<string, Activation>> = {
  Linear: (z) => z,
  'Dense ReLU': (z) => max(z, zero),
  'Dense ReLU6': (z) => min(max(z, zero), number(6)),
  'Dense leaky ReLU': (z, option) => leaky(z, option('slope')),
  'Dense PReLU': (z) => leaky(z, weights('slope')),
  'Dense RReLU': (z, option) => leaky(z, divide(add(option('lower'), option('upper')), number(2))),
  'Dense ELU': (z, option) => elu(z, option('alpha')),
  'Dense SELU': (z) => multiply(SELU_SCALE, elu(z, SELU_ALPHA)),
  'Dense softplus': (z) => add(max(z, zero), log1p(exp(negate(abs(z))))),
  'Dense softsign': (z) => divide(z, add(one, abs(z))),
  'Dense tanh': (z) => tanh(z),
  'Dense hardtanh': (z) => min(max(z, number(-1)), one),
  'Dense tanhshrink': (z) => subtract(z, tanh(z)),
  'Dense sigmoid': (z) => sigmoid(z),
  'Dense hardshrink': (z, option) => select(abs(z), option('lambda'), z, zero),
  'Dense softshrink': (z, option) => multiply(sign(z), max(subtract(abs(z), option('lambda')), zero)),
  'Dense threshold': (z, option) => select(z, option('threshold'), z, option('value')),
};

const dense =
  (activation: Activation): EquationOf =>
  ({ effective, options }: LayerToWrite) => {
    const { W = [], b = [], slope } = effective;
    const sum = add(sumOf('a', input, 'W'), weights('b'));
    const z = activation === activations.Linear ? sum : named('z', sum);
    return {
      result: activation(z, (name) => number(options[name] as number)),
      weights: { W, b: b.flat(), ...(slope && { slope: slope.flat() }) },
    };
  };

export const denseEquations: Readonly<Record<string, EquationOf>> = Object.fromEntries(
  Object.entries(activations).map(([name, activation]) => [name, dense(activation)]),
);
