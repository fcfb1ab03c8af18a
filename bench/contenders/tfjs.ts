/**
 * TensorFlow.js, as its guides have it: variables kept, one `optimizer.minimize` per step (which tidies after itself),
 * predictions in `tidy`, results fetched with the asynchronous `data`, and nothing read back but the loss of the last
 * step. Its Adam is ours, with the same ε outside the root. Many models are one batched matrix product, which is the
 * fastest it can train them.
 * https://www.tensorflow.org/js/guide/platform_environment
 */

import type * as tfjs from '@tensorflow/tfjs-core';
import type { Contender, Session } from '../contender.ts';
import { ADAM, type LayerParameters, LOG_EPSILON, type Problem, sampleLoss, widthsOf } from '../problem.ts';

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
      const { unit, kind } = problem.workload;
      const parameters = await problem.parameters();
      const layers = parameters.map((each, index) => createLayer(tf, problem, unit, each, index));
      const session = { training, prediction }[kind](tf, problem, layers);
      return {
        ...session,
        bytes: () => tf.memory().numBytes,
        run: async (steps) => {
          await use();
          return session.run(steps);
        },
      };
    },
  };
}

interface Layer {
  readonly variables: tfjs.Variable[];
  forward(x: tfjs.Tensor): tfjs.Tensor;
}

/** A single model gets matrices, as one would write it; many get a leading dimension. */
const shapeOf = (models: number, front: number, ...rest: number[]) =>
  models === 1 ? rest : [front, ...rest];

function createLayer(
  tf: Tf,
  { workload }: Problem,
  unit: 'NAC' | 'NALU',
  { W_hat, M_hat, G }: LayerParameters,
  index: number,
): Layer {
  const { models } = workload;
  const [inputs, outputs] = widthsOf(workload).slice(index) as [number, number];
  const variable = (values: Float32Array) =>
    tf.variable(tf.tensor(values, shapeOf(models, models, inputs, outputs)));
  const [w, m] = [variable(W_hat), variable(M_hat)] as const;
  const weight = () => tf.mul(tf.tanh(w), tf.sigmoid(m));
  if (unit === 'NAC' || !G) return { variables: [w, m], forward: (x) => tf.matMul(x, weight()) };
  const g = variable(G);
  return {
    variables: [w, m, g],
    forward(x) {
      const edge = weight();
      const sum = tf.matMul(x, edge);
      const product = tf.exp(tf.matMul(tf.log(tf.add(tf.abs(x), LOG_EPSILON)), edge));
      const gate = tf.sigmoid(tf.matMul(x, g));
      return tf.add(tf.mul(gate, sum), tf.mul(tf.sub(1, gate), product));
    },
  };
}

const through = (layers: readonly Layer[], x: tfjs.Tensor) =>
  layers.reduce((values, layer) => layer.forward(values), x);

function training(tf: Tf, { workload, table }: Problem, layers: readonly Layer[]): Session {
  const { inputs, outputs, batch, models, learningRate } = workload;
  const variables = layers.flatMap((layer) => layer.variables);
  const x = tf.tensor(table.x, shapeOf(models, 1, batch, inputs));
  const y = tf.tensor(table.y, shapeOf(models, 1, batch, outputs));
  const optimizer = tf.train.adam(learningRate, ADAM.beta1, ADAM.beta2, ADAM.epsilon);
  // The sum of the models' mean squares: each model gets the gradient it would get alone.
  const loss = (): tfjs.Scalar => {
    const mean = tf.mean<tfjs.Scalar>(tf.squaredDifference(through(layers, x), y));
    return models === 1 ? mean : tf.mul(mean, models);
  };
  return {
    async run(steps) {
      for (let step = 1; step < steps; step++) optimizer.minimize(loss, false, variables);
      const cost = optimizer.minimize(loss, true, variables) as tfjs.Scalar;
      const [total] = await cost.data();
      cost.dispose();
      return (total as number) / models;
    },
    dispose() {
      optimizer.dispose();
      tf.dispose([...variables, x, y]);
    },
  };
}

function prediction(tf: Tf, { workload, table }: Problem, layers: readonly Layer[]): Session {
  const { inputs, batch } = workload;
  return {
    async run(steps) {
      let values: ArrayLike<number> = [];
      for (let step = 0; step < steps; step++) {
        const y = tf.tidy(() => through(layers, tf.tensor(table.x, [batch, inputs])));
        values = await y.data();
        y.dispose();
      }
      return sampleLoss(values, table.y);
    },
    dispose: () => tf.dispose(layers.flatMap((layer) => layer.variables)),
  };
}
