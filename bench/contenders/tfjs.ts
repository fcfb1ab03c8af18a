/**
 * TensorFlow.js, as its guides have it: variables kept, one `optimizer.minimize` per step (which tidies after itself),
 * and nothing read back but the loss of the last step. Its Adam is ours, with the same ε outside the root. Many models
 * are one batched matrix product, which is the fastest it can train them.
 * https://www.tensorflow.org/js/guide/platform_environment
 */

import type * as tfjs from '@tensorflow/tfjs-core';
import type { Contender, Session } from '../contender.ts';
import { ADAM, LOG_EPSILON, type Problem } from '../problem.ts';

type Tf = typeof tfjs;

/** `start` loads what the back end needs. Everything must come from one copy of tfjs-core: `tf`. */
export function tfjsContender(tf: Tf, backend: string, start?: () => Promise<unknown>): Contender {
  const use = async () => {
    if (tf.getBackend() === backend) return;
    if (!(await tf.setBackend(backend))) throw new Error(`its ${backend} back end did not start`);
    await tf.ready();
  };
  return {
    name: `tfjs-${backend}`,
    foreign: true,
    async start() {
      await start?.();
      await use();
    },
    async prepare(problem) {
      await use();
      const session = await prepare(tf, problem);
      return {
        ...session,
        train: async (steps) => {
          await use();
          return session.train(steps);
        },
      };
    },
  };
}

async function prepare(tf: Tf, problem: Problem): Promise<Session> {
  const { inputs, outputs, batch, models, learningRate } = problem.workload;
  const { W_hat, M_hat, G } = await problem.parameters();
  // A single model gets matrices, as one would write it; many get a leading dimension.
  const front = (size: number) => (models === 1 ? [] : [size]);
  const variable = (values: Float32Array) =>
    tf.variable(tf.tensor(values, [...front(models), inputs, outputs]));
  const [w, m, g] = [variable(W_hat), variable(M_hat), variable(G)] as const;
  const x = tf.tensor(problem.table.x, [...front(1), batch, inputs]);
  const y = tf.tensor(problem.table.y, [...front(1), batch, outputs]);
  const optimizer = tf.train.adam(learningRate, ADAM.beta1, ADAM.beta2, ADAM.epsilon);

  const predict = () => {
    const weight = tf.mul(tf.tanh(w), tf.sigmoid(m));
    const sum = tf.matMul(x, weight);
    const product = tf.exp(tf.matMul(tf.log(tf.add(tf.abs(x), LOG_EPSILON)), weight));
    const gate = tf.sigmoid(tf.matMul(x, g));
    return tf.add(tf.mul(gate, sum), tf.mul(tf.sub(1, gate), product));
  };
  // The sum of the models' mean squares: each model gets the gradient it would get alone.
  const loss = (): tfjs.Scalar => {
    const mean = tf.mean<tfjs.Scalar>(tf.squaredDifference(predict(), y));
    return models === 1 ? mean : tf.mul(mean, models);
  };
  return {
    async train(steps) {
      for (let step = 1; step < steps; step++) optimizer.minimize(loss, false, [w, m, g]);
      const cost = optimizer.minimize(loss, true, [w, m, g]) as tfjs.Scalar;
      const [total] = await cost.data();
      cost.dispose();
      return (total as number) / models;
    },
    dispose() {
      optimizer.dispose();
      tf.dispose([w, m, g, x, y]);
    },
  };
}
