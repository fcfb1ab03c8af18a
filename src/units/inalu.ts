/** iNALU, the improved NALU of Schlör, Ring and Hotho. */

import { inalu as inaluShader } from '../../shaders/units/inalu.wgsl.ts';
import { blend, combine, constant, product, sum, withOptions } from './forward.ts';
import { perEdge, perOutput, readable, sigmoid, unit } from './readable.ts';
import type { Unit } from './unit.ts';

const normal = (mean: number, deviation: number) => ({ kind: 'normal', mean, deviation }) as const;
const squash = (w: number, m: number): number => Math.tanh(w) * sigmoid(m);

const weight = perEdge((p) => squash(p('W_hat'), p('M_hat')));
const mulWeight = perEdge((p) => squash(p('W_hat_mul'), p('M_hat_mul')));
const mulMagnitude = perEdge((p) => Math.abs(squash(p('W_hat_mul'), p('M_hat_mul'))));

/** y = g ⊙ a + (1 − g) ⊙ m ⊙ s. */
export const inalu: Unit = unit({
  name: 'iNALU',
  operations: ['add', 'sub', 'mul', 'div'],
  options: { epsilon: 1e-7, omega: 20 },
  shader: ({ epsilon, omega }) => inaluShader(epsilon as number, omega as number),
  forward: withOptions(({ epsilon, omega }) =>
    blend(
      constant(perOutput((p) => p('g'))),
      sum(weight),
      combine(
        (log, sign) => Math.exp(Math.min(log, omega as number)) * sign,
        sum(mulWeight, (x) => Math.log(Math.max(Math.abs(x), epsilon as number))),
        product(mulMagnitude, Math.sign),
      ),
    ),
  ),
  initializations: {
    schloer: {
      W_hat: normal(0.88, 0.2),
      M_hat: normal(0.5, 0.2),
      W_hat_mul: normal(0.88, 0.2),
      M_hat_mul: normal(0.5, 0.2),
      g: normal(0, 0.2),
    },
  },
  initialization: 'schloer',
  recipe: {
    learningRate: 1e-3,
    regularizer: {
      strength: 0.05,
      reduction: 'mean',
      schedule: { kind: 'whileAccurate', after: 10_000, error: 1 },
    },
    clipGradient: 0.1,
    reinitialization: { every: 10, history: 5000, error: 1 },
  },
  reading: readable(
    {
      W: weight,
      W_mul: mulWeight,
      g: perOutput((p) => sigmoid(p('g'))),
    },
    ['W', 'W_mul'],
    'mean',
  ),
});
