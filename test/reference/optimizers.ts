/** One step of each optimiser in float64, for one parameter, from the papers. */

import type { OptimizerName } from '../../shaders/optimizers.wgsl.ts';

export type Hyper = Readonly<Record<string, number>>;

/** Other values than the defaults, so that no hyper-parameter can be ignored; all are exact in float32. */
export const otherHyper: Record<OptimizerName, Hyper> = {
  adam: { beta1: 0.75, beta2: 0.875, epsilon: 2 ** -7 },
  adamw: { beta1: 0.75, beta2: 0.875, epsilon: 2 ** -7, weightDecay: 2 ** -4 },
  sgd: { momentum: 0.75 },
  rmsprop: { rho: 0.875, epsilon: 2 ** -7, momentum: 0.5 },
};

/** θ and the state floats. */
export type Row = readonly [theta: number, state0: number, state1: number];

/** The row after gradient `g`; t counts from 1. */
export const optimizerSteps: Record<
  OptimizerName,
  (row: Row, g: number, rate: number, t: number, h: Hyper) => Row
> = {
  // Kingma and Ba, algorithm 1
  adam: ([theta, m, v], g, rate, t, { beta1 = 0, beta2 = 0, epsilon = 0 }) => {
    const m_t = beta1 * m + (1 - beta1) * g;
    const v_t = beta2 * v + (1 - beta2) * g ** 2;
    const m_hat = m_t / (1 - beta1 ** t);
    const v_hat = v_t / (1 - beta2 ** t);
    return [theta - (rate * m_hat) / (Math.sqrt(v_hat) + epsilon), m_t, v_t];
  },
  // Loshchilov and Hutter, algorithm 2
  adamw: ([theta, m, v], g, rate, t, { beta1 = 0, beta2 = 0, epsilon = 0, weightDecay = 0 }) => {
    const m_t = beta1 * m + (1 - beta1) * g;
    const v_t = beta2 * v + (1 - beta2) * g ** 2;
    const m_hat = m_t / (1 - beta1 ** t);
    const v_hat = v_t / (1 - beta2 ** t);
    return [theta - rate * (m_hat / (Math.sqrt(v_hat) + epsilon) + weightDecay * theta), m_t, v_t];
  },
  sgd: ([theta, b], g, rate, _t, { momentum = 0 }) => {
    const velocity = momentum * b + g;
    return [theta - rate * velocity, velocity, 0];
  },
  rmsprop: ([theta, v, b], g, rate, _t, { rho = 0, epsilon = 0, momentum = 0 }) => {
    const v_t = rho * v + (1 - rho) * g ** 2;
    const b_t = momentum * b + g / (Math.sqrt(v_t) + epsilon);
    return [theta - rate * b_t, v_t, b_t];
  },
};
