import { describe, expect, it } from 'vitest';
import {
  type AbortedError,
  createModel,
  type EpochReport,
  type TrainingReport,
  type TrainOptions,
} from '../../src/index.ts';
import { createRandom } from '../../src/random.ts';
import { bitsOf } from '../support/compare.ts';
import { useGpu } from '../support/gpu.ts';
import { parametersOf } from '../support/model-parameters.ts';

/** Validation, early stopping, callbacks by epoch, and what is left on abort. */
const gpu = useGpu();

const random = createRandom(78);
const numbers = (count: number, low: number, high: number) =>
  Float32Array.from({ length: count }, () => random.uniform(low, high));

describe('a training that is watched', () => {
  const line = { inputs: 1, layers: [{ unit: 'Linear' as const, outputs: 1 }], seed: 3 };
  const points = numbers(30, -1, 1);
  const data = { x: points, y: points.map((value) => 3 * value) };
  const validation = { x: [[2], [-2], [1]], y: [6, -6, 3] };

  it('ends where one does that is not, with the losses of its epochs and of the validation data', async () => {
    using plain = createModel(gpu(), line);
    using watched = createModel(gpu(), line);
    const options = { ...data, epochs: 4, batch: 8, learningRate: 0.05 };
    const { losses } = await plain.train(options);
    const seen: EpochReport[] = [];
    const errors: number[] = [];
    const report = await watched.train({
      ...options,
      validation,
      onEpoch: async (epoch) => {
        seen.push(epoch);
        // The model is at this step exactly, and training waits.
        errors.push((await watched.evaluate(validation.x, validation.y)).loss);
      },
    });
    expect(bitsOf(report.losses)).toEqual(bitsOf(losses));
    expect(bitsOf(await parametersOf(watched))).toEqual(bitsOf(await parametersOf(plain)));
    expect(report).toMatchObject({ status: 'finished', steps: 15, best: undefined });
    expect(seen.map(({ step, epoch }) => [step, epoch])).toEqual([
      [4, 1],
      [8, 2],
      [12, 3],
      [15, 4],
    ]);
    expect(report.validationLosses).toEqual(seen.map(({ step }, k) => ({ step, loss: errors[k] })));
    expect(seen.map(({ validationLoss }) => validationLoss)).toEqual(errors);
    expect(seen[1]?.loss).toBeCloseTo(losses.slice(4, 8).reduce((a, b) => a + b) / 4, 12);
  });

  it('pauses every so many steps, by default a hundred times with the full batch, and not where nobody watches', async () => {
    const steps = async (options: Partial<TrainOptions>) => {
      using model = createModel(gpu(), line);
      const seen: number[] = [];
      await model.train({
        ...data,
        steps: 1000,
        onEpoch: ({ step }: EpochReport) => seen.push(step),
        ...options,
      } as TrainOptions);
      return seen;
    };
    expect(await steps({ every: 300 })).toEqual([300, 600, 900, 1000]);
    expect(await steps({})).toEqual(Array.from({ length: 100 }, (_, k) => 10 * (k + 1)));
    expect(await steps({ every: 300, onEpoch: undefined as never, onProgress: () => {} })).toEqual([]);
  });

  it('stops when the validation loss no longer falls, and has the best parameters', async () => {
    using model = createModel(gpu(), line);
    // What is learnt is right up to where slope 2 is passed, and wrong after.
    const far = { x: [[1]], y: [2] };
    const report = await model.train({
      ...data,
      steps: 2000,
      learningRate: 0.02,
      every: 5,
      validation: far,
      earlyStopping: { patience: 4 },
    });
    expect(report.status).toBe('stopped');
    const losses = report.validationLosses.map(({ loss }) => loss);
    const lowest = losses.indexOf(Math.min(...losses));
    expect(lowest).toBeGreaterThan(0);
    expect(losses).toHaveLength(lowest + 1 + 4);
    expect(report.steps).toBe(5 * losses.length);
    expect(report.best).toEqual(report.validationLosses[lowest]);
    expect((await model.evaluate(far.x, far.y)).loss).toBe(losses[lowest]);
    // What falls by less than minDelta does not count.
    using slow = createModel(gpu(), line);
    const early = await slow.train({
      ...data,
      steps: 2000,
      learningRate: 0.02,
      every: 5,
      validation: far,
      earlyStopping: { patience: 2, minDelta: 1e9 },
    });
    expect(early.steps).toBe(15);
    expect(early.best).toEqual(early.validationLosses.toSorted((a, b) => a.loss - b.loss)[0]);
  });

  it('ends when onEpoch says so, and not for any other answer', async () => {
    using model = createModel(gpu(), line);
    const { status, steps } = await model.train({
      ...data,
      steps: 100,
      every: 10,
      onEpoch: ({ step }) => step === 30 && 'stop',
    });
    expect({ status, steps }).toEqual({ status: 'stopped', steps: 30 });
    const thrown = model.train({
      ...data,
      steps: 100,
      onEpoch: () => {
        throw new Error('of the callback');
      },
    });
    await expect(thrown).rejects.toThrow('of the callback');
    expect((await model.train({ ...data, steps: 1 })).status).toBe('finished');
  });

  it('keeps its report and its best parameters on abort', async () => {
    using model = createModel(gpu(), line);
    const { bytes } = gpu();
    const controller = new AbortController();
    const reason = new Error('enough');
    const run = model.train({
      ...data,
      steps: 1e6,
      every: 20,
      validation,
      earlyStopping: { patience: 1000 },
      signal: controller.signal,
      onEpoch: ({ step }) => step === 60 && controller.abort(reason),
    });
    const error = (await run.then(null, (error: unknown) => error)) as AbortedError<TrainingReport>;
    expect(error).toMatchObject({ name: 'AbortedError', code: 'aborted', cause: reason });
    const { report } = error;
    expect(report).toMatchObject({ status: 'aborted', steps: 60 });
    expect(report.losses).toHaveLength(60);
    expect(report.validationLosses.map(({ step }) => step)).toEqual([20, 40, 60]);
    expect((await model.evaluate(validation.x, validation.y)).loss).toBe(report.best?.loss);
    expect(gpu().bytes).toBe(bytes);
  });

  it('says what is wrong', async () => {
    using model = createModel(gpu(), line);
    const train = (options: object) => model.train({ ...data, steps: 1, ...options } as TrainOptions);
    await expect(train({ earlyStopping: { patience: 1 } })).rejects.toThrow(/earlyStopping needs validation/);
    await expect(train({ validation: { x: [[1]] } })).rejects.toThrow(/validation has no y/);
    await expect(train({ validation: { x: [[1]], y: ['a'] } })).rejects.toThrow(
      /validation\.y, row 0, column 0/,
    );
    await expect(train({ validation, earlyStopping: { patience: 0 } })).rejects.toThrow(
      /earlyStopping.patience is 0/,
    );
    await expect(train({ validation, callbacks: [] })).rejects.toThrow(/did you mean on/);
  });
});
