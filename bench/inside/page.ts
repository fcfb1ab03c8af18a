/** What a layer costs inside other programs: a training by hand, a stream of batches, and a layer of TensorFlow.js. */

import * as core from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import * as tfLayers from '@tensorflow/tfjs-layers';
import '@tensorflow/tfjs-backend-webgpu';
import { type Batch, createModel, describeAdapter, type Gpu, requestGpu } from '../../src/index.ts';
import { unitLayers } from '../../src/tfjs/index.ts';

/** Milliseconds per step of two ways to do the same, round after round, and the last loss of each. */
export interface Pair {
  readonly rounds: readonly (readonly [number, number])[];
  readonly losses: readonly [number, number];
}

declare global {
  var inside: {
    readonly adapter: () => Promise<string>;
    readonly byHand: (rounds: number, steps: number) => Promise<Pair>;
    readonly stream: (reports: readonly number[]) => Promise<void>;
    readonly tensorFlow: (rounds: number, steps: number) => Promise<Pair>;
  };
  /** Notes the memory of the browser after so many batches. */
  var insideAt: (batches: number) => Promise<void>;
}

const ROWS = 128;
const nalu = { inputs: 2, layers: [{ unit: 'NALU' as const, outputs: 1 }], seed: 1 };
const x = Float32Array.from({ length: 2 * ROWS }, (_, k) => 1 + ((k * 7) % 101) / 101);
const y = Float32Array.from(
  { length: ROWS },
  (_, row) => (x[2 * row] as number) * (x[2 * row + 1] as number),
);

let made: Promise<Gpu> | undefined;
const gpu = () => {
  made ??= requestGpu();
  return made;
};

const timed = async (action: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await action();
  return performance.now() - start;
};

/** The built-in training and the one by hand, `steps` steps of each in turn; both end when their losses are read back. */
async function byHand(rounds: number, steps: number): Promise<Pair> {
  using one = createModel(await gpu(), nalu);
  using other = createModel(await gpu(), nalu);
  using built = await one.createTrainer({ x, y });
  using hand = await other.createStepTrainer({ rows: ROWS });
  let loss = Number.NaN;
  const runBuiltIn = () => built.run(steps);
  const runByHand = async () => {
    for (let step = 0; step < steps; step++) hand.step({ x, y });
    loss = (await hand.losses(steps)).at(-1) as number;
  };
  await runBuiltIn();
  await runByHand();
  const times: [number, number][] = [];
  for (let round = 0; round < rounds; round++) {
    times.push([(await timed(runBuiltIn)) / steps, (await timed(runByHand)) / steps]);
  }
  return { rounds: times, losses: [built.losses.at(-1) as number, loss] };
}

/** Trains on a generator of new batches, and reports after some numbers of them. */
async function stream(reports: readonly number[]): Promise<void> {
  using model = createModel(await gpu(), nalu);
  using trainer = await model.createStepTrainer({ rows: ROWS });
  async function* batches(): AsyncGenerator<Batch> {
    for (let batch = 0; batch <= Math.max(...reports); batch++) {
      if (reports.includes(batch)) {
        await (await gpu()).finished();
        await insideAt(batch);
      }
      yield { x: x.map((value) => value + (batch % 10) / 100), y: y.slice() };
    }
  }
  await trainer.fit(batches());
}

/** A model of TensorFlow.js with NALU 256→256 and a dense layer: fused and composed, on its webgpu back end. */
async function tensorFlow(rounds: number, steps: number): Promise<Pair> {
  const tf = { ...core, ...tfLayers };
  if (!(await tf.setBackend('webgpu'))) throw new Error('TensorFlow.js has no webgpu back end here');
  await tf.ready();
  const unit = unitLayers(tf);
  const WIDTH = 256;
  const numbers = (count: number, factor: number) =>
    Float32Array.from({ length: count }, (_, k) => 0.5 + ((k * factor) % 997) / 997);
  const inputs = tf.tensor2d(numbers(ROWS * WIDTH, 7), [ROWS, WIDTH]);
  const targets = tf.tensor2d(numbers(ROWS, 3), [ROWS, 1]);
  const kernelInitializer = () => tf.initializers.glorotUniform({ seed: 4 });
  const training = (fused: boolean) => {
    const model = tf.sequential({
      layers: [
        unit('NALU', { units: WIDTH, seed: 1, fused, inputShape: [WIDTH] }),
        tf.layers.dense({ units: 1, kernelInitializer: kernelInitializer() }),
      ],
    });
    const optimizer = tf.train.adam(0.001);
    let loss = Number.NaN;
    return {
      async run(): Promise<void> {
        for (let step = 0; step < steps; step++) {
          const value = optimizer.minimize(
            () =>
              tf.losses.meanSquaredError(
                targets,
                model.apply(inputs, { training: true }) as core.Tensor,
              ) as core.Scalar,
            true,
          ) as core.Scalar;
          if (step === steps - 1) loss = (await value.data())[0] as number;
          value.dispose();
        }
      },
      last: () => loss,
    };
  };
  const [fused, composed] = [training(true), training(false)];
  await fused.run();
  await composed.run();
  const times: [number, number][] = [];
  for (let round = 0; round < rounds; round++) {
    times.push([(await timed(fused.run)) / steps, (await timed(composed.run)) / steps]);
  }
  return { rounds: times, losses: [fused.last(), composed.last()] };
}

globalThis.inside = {
  adapter: async () => describeAdapter((await gpu()).adapter),
  byHand,
  stream,
  tensorFlow,
};
