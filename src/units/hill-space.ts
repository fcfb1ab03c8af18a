/**
 * The additive and the exponential primitive of Hill Space: sums and products whose weights are tanh(Ŵ) ⊙ σ(M̂), as in the NAC, and
 * snap to −1, 0 and 1 where tanh and σ are nearly saturated.
 *
 *     W = snap(tanh(Ŵ)) ⊙ snap(σ(M̂)),  snap(v) = the nearest of −1, 0 and 1 that σ or tanh tends to, within 1e-6 of it
 *     additive: y = x W          exponential: y = Re Π x^W = exp( log|x| W ) ⊙ cos( π [x < 0] W )
 *
 * DuJardin, "Hill Space is All You Need", 2025, https://hillspace.justindujardin.com, sections 2.4, 3.1 and 3.2. The smallest number of
 * float32 stands for every |x| below it. The paper trains with a schedule-free AdamW; here it is Adam, at the paper's rate.
 */

import { type Expression, op, symbol } from '../expression/tree.ts';
import { isNegative, symbols, weightedSum, x } from './equation.ts';
import { equationShader } from './equation-shader.ts';
import type { Initialization, Unit } from './unit.ts';
import { unitOf } from './unit-of.ts';

/** Section 2.4: how near to its limit tanh or σ is replaced by it. */
const options = { snap: 1e-6 };

/** `value`, or `limit` where it is nearer to it than `snap`; there it has no derivative. */
const upTo = (value: Expression, limit: number, otherwise: Expression = value): Expression =>
  op.select(value, op.subtract(limit, symbol('snap')), limit, otherwise);
const downTo = (value: Expression, limit: number): Expression =>
  op.select(op.add(limit, symbol('snap')), value, limit, value);

const W = (): Expression => {
  const [tanh, sigmoid] = [op.tanh(symbol('W_hat')), op.sigmoid(symbol('M_hat'))];
  return op.multiply(upTo(tanh, 1, downTo(tanh, -1)), upTo(sigmoid, 1, downTo(sigmoid, 0)));
};

const parameters = { edge: ['W_hat', 'M_hat'] };
const both = (deviation: number): Initialization => {
  const initializer = { kind: 'normal', mean: 0, deviation } as const;
  return { W_hat: initializer, M_hat: initializer };
};
/** Table 4.5: a deviation of 0.02 is as good as the 0 of the authors' code, and gives every seed a start of its own. */
const initializations = { small: both(0.02), zero: both(0) };
const recipe = { learningRate: 0.1 };

/** y = x W: sums and differences. */
export const hillAdditive: Unit = unitOf({
  name: 'Hill additive',
  operations: ['add', 'sub'],
  options,
  equation: () => ({
    parameters,
    weights: { W: W() },
    features: { x },
    accumulators: { a: weightedSum('x', 'W') },
    out: symbol('a'),
    safeguards: { snap: 0 },
  }),
  shader: equationShader,
  initializations,
  initialization: 'small',
  recipe,
  sparse: ['W'],
});

/** y = exp( log|x| W ) ⊙ cos( π [x < 0] W ): products and quotients of numbers of either sign. */
export const hillExponential: Unit = unitOf({
  name: 'Hill exponential',
  operations: ['mul', 'div'],
  options,
  equation: () => {
    const { l, t, tiny } = symbols('l', 't', 'tiny');
    return {
      parameters,
      weights: { W: W() },
      features: { logs: op.log(op.max(tiny, op.abs(x))), below: isNegative(x) },
      accumulators: { l: weightedSum('logs', 'W', 'exponent'), t: weightedSum('below', 'W', 'exponent') },
      out: op.multiply(op.boundedExp(l), op.cospi(t)),
      constants: { tiny: 2 ** -126 },
      safeguards: { snap: 0, tiny: 0 },
    };
  },
  shader: equationShader,
  initializations,
  initialization: 'small',
  recipe,
  sparse: ['W'],
});
