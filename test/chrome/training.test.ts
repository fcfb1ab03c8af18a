import { describe, expect, it } from 'vitest';
import {
  createEnsemble,
  createModel,
  initialWeights,
  OptionError,
  op,
  ShaderError,
  symbol,
  type TrainingReport,
} from '../../src/index.ts';
import { createRandom, permute } from '../../src/random.ts';
import { lossGradients, trainAdam } from '../reference/training.ts';
import { bitsOf, relativeError } from '../support/compare.ts';
import { useGpu } from '../support/gpu.ts';
import { parametersOf, referenceOf } from '../support/model-parameters.ts';

const gpu = useGpu();

/** Rows of `inputs` numbers from U[low, high). */
function uniformRows(rows: number, inputs: number, low: number, high: number, seed = 3): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: rows * inputs }, () => random.uniform(low, high));
}

describe('training follows the float64 reference', () => {
  const stacks = {
    'NAC 2→1': { inputs: 2, layers: [{ unit: 'NAC' as const, outputs: 1, initialization: 'article' }] },
    'NALU 2→1': { inputs: 2, layers: [{ unit: 'NALU' as const, outputs: 1 }] },
    'NAC• 5→3, NAC 3→2': {
      inputs: 5,
      layers: [
        { unit: 'NAC•' as const, outputs: 3, initialization: 'article' },
        { unit: 'NAC' as const, outputs: 2, initialization: 'article' },
      ],
    },
    'NALU untied 3→7, NALU 7→1, NAC 1→1': {
      inputs: 3,
      layers: [
        { unit: 'NALU untied' as const, outputs: 7 },
        { unit: 'NALU' as const, outputs: 1 },
        { unit: 'NAC' as const, outputs: 1, initialization: 'article' },
      ],
    },
  };

  it.each(Object.entries(stacks))('%s: ten steps of Adam', async (_, description) => {
    using model = createModel(gpu(), { ...description, seed: 11 });
    expect(initialWeights({ ...description, seed: 11 })).toEqual(await model.weights());
    const reference = await referenceOf(model);
    const rows = 37;
    const x = uniformRows(rows, model.inputs, 0.5, 2);
    const y = uniformRows(rows, model.outputs, 1, 3, 4);
    const report = await model.train({ x, y, steps: 10, learningRate: 0.01 });
    const losses = trainAdam(reference, { x, y, rows }, 10, 0.01);
    expect(relativeError(report.losses, losses)).toBeLessThan(1e-5);
    const weights = await model.weights();
    reference.forEach(({ parameters }, layer) => {
      for (const [name, { data }] of Object.entries(parameters)) {
        // Adam turns the sign of a gradient near zero into a step of full size, hence looser than the gradients.
        expect(
          relativeError(weights[layer]?.parameters[name]?.data ?? [], data),
          `${layer} ${name}`,
        ).toBeLessThan(1e-4);
      }
    });
  });

  it('a step of NALU with 257 rows, 131 → 131', async () => {
    const [rows, width] = [257, 131];
    using model = createModel(gpu(), { inputs: width, layers: [{ unit: 'NALU', outputs: width }], seed: 2 });
    const reference = await referenceOf(model);
    const x = uniformRows(rows, width, -1, 1);
    const y = uniformRows(rows, width, -1, 1, 4);
    const report = await model.train({ x, y, steps: 1, learningRate: 0 });
    const { loss, gradients } = lossGradients(reference, { x, y, rows });
    expect(report.losses[0]).toBeCloseTo(loss, 4);
    const predicted = await model.predict(x);
    const dy = predicted.map((output, index) => (2 * (output - (y[index] as number))) / predicted.length);
    const actual = await model.gradients({ x, dy });
    for (const name of ['W_hat', 'M_hat', 'G']) {
      expect(
        relativeError(actual.parameters[0]?.[name]?.data ?? [], gradients[0]?.[name] ?? []),
      ).toBeLessThan(2e-5);
    }
  });

  it('the stack 100 → 2 → 1 learns', async () => {
    const rows = 128;
    const x = uniformRows(rows, 100, 1, 2);
    const y = Float32Array.from({ length: rows }, (_, row) =>
      x.subarray(row * 100, row * 100 + 25).reduce((sum, value) => sum + value, 0),
    );
    const layers = [
      { unit: 'NAC' as const, outputs: 2, initialization: 'madsen' },
      { unit: 'NAC' as const, outputs: 1, initialization: 'madsen' },
    ];
    using model = createModel(gpu(), { inputs: 100, layers, seed: 1 });
    const { losses } = await model.train({ x, y, steps: 1500, learningRate: 0.01 });
    expect(losses.at(-1)).toBeLessThan(0.01 * (losses[0] as number));
  });
});

describe('mini-batches', () => {
  it('visit every row once per epoch, in the order of the keyed permutation', async () => {
    const [rows, batch, seed] = [10, 4, 99];
    // With a learning rate of zero, the loss of a step shows which rows it saw.
    const x = Float32Array.from({ length: rows }, (_, row) => 2 ** row);
    using model = createModel(gpu(), { inputs: 1, layers: [{ unit: 'NAC', outputs: 1 }] });
    const y = new Float32Array(rows);
    const { losses } = await model.train({
      x,
      y,
      steps: 10,
      batch,
      seed,
      learningRate: 0,
      loss: 'sumSquared',
    });
    const w = ((await model.weights())[0]?.effective.W?.[0]?.[0] ?? 0) ** 2;
    const expected = Array.from({ length: 10 }, (_, step) => {
      let loss = 0;
      for (let place = step * batch; place < (step + 1) * batch; place++) {
        loss += w * (x[permute(place % rows, rows, [seed, Math.floor(place / rows)])] as number) ** 2;
      }
      return loss;
    });
    expect(relativeError(losses, expected)).toBeLessThan(1e-6);
  });

  it('train', async () => {
    const x = uniformRows(500, 2, 1, 2);
    const y = Float32Array.from(
      { length: 500 },
      (_, row) => (x[2 * row] as number) + (x[2 * row + 1] as number),
    );
    using model = createModel(gpu(), {
      inputs: 2,
      layers: [{ unit: 'NAC', outputs: 1, initialization: 'article' }],
    });
    const { steps } = await model.train({ x, y, epochs: 400, batch: 64, learningRate: 0.05 });
    expect(steps).toBe(Math.ceil((400 * 500) / 64));
    const predicted = await model.predict([[100, 200]]);
    expect(Math.abs((predicted[0] as number) - 300)).toBeLessThan(3);
  });
});

describe('runs', () => {
  const x = uniformRows(50, 2, 1, 2);
  const y = Float32Array.from(
    { length: 50 },
    (_, row) => (x[2 * row] as number) * (x[2 * row + 1] as number),
  );
  const description = { inputs: 2, layers: [{ unit: 'NALU' as const, outputs: 1 }], seed: 6 };

  async function run(
    pieces: readonly number[],
    options = {},
  ): Promise<{ losses: number[]; parameters: number[] }> {
    using model = createModel(gpu(), description);
    using trainer = await model.createTrainer({ x, y, learningRate: 0.02, ...options });
    for (const steps of pieces) await trainer.run(steps);
    return { losses: bitsOf(trainer.losses), parameters: bitsOf(await parametersOf(model)) };
  }

  it('give the same bits for the same seed', async () => {
    expect(await run([300])).toEqual(await run([300]));
    const batches = { batch: 16, seed: 5 };
    expect(await run([300], batches)).toEqual(await run([300], batches));
    expect((await run([50], { batch: 16, seed: 4 })).losses).not.toEqual((await run([50], batches)).losses);
  });

  it('do not depend on the pieces they are run in', async () => {
    expect(await run([1, 99, 200])).toEqual(await run([300]));
  });

  it('have a loss for every step, across the ring of losses', async () => {
    using model = createModel(gpu(), description);
    let last = 0;
    const report: TrainingReport = await model.train({
      x,
      y,
      steps: 9000,
      onProgress: ({ step }) => (last = step),
    });
    expect(report.losses).toHaveLength(9000);
    expect(report.losses.every(Number.isFinite)).toBe(true);
    expect(last).toBe(9000);
  });

  it('follow a learning rate that changes', async () => {
    const constant = await run([40]);
    const scheduled = await run([40], { learningRate: (step: number) => (step < 40 ? 0.02 : 0) });
    expect(scheduled).toEqual(constant);
    const stopped = await run([40], { learningRate: (step: number) => (step < 10 ? 0.02 : 0) });
    expect(new Set(stopped.losses.slice(10)).size).toBe(1);
  });

  it.each(['adam', 'adamw', 'sgd', 'rmsprop'] as const)('%s lowers the loss', async (optimizer) => {
    using model = createModel(gpu(), description);
    const { losses } = await model.train({ x, y, steps: 300, optimizer, learningRate: 0.005 });
    expect(losses.at(-1)).toBeLessThan(0.9 * (losses[0] as number));
  });

  it('take losses of their own, and Huber’s with its δ, in both engines', async () => {
    const delta = 0.125;
    // |e| above δ most of the time: log cosh and Huber’s are far from the mean of squares.
    const logCosh = {
      mean: true,
      code: (p: string) => `
        fn ${p}_loss(y: f32, t: f32) -> f32 { let e = abs(y - t); return e + m_log(1.0 + m_exp(-2.0 * e)) - m_log(2.0); }
        fn ${p}_loss_grad(y: f32, t: f32) -> f32 { return m_tanh(y - t); }`,
    };
    const e = op.subtract(symbol('y'), symbol('target'));
    const losses = {
      'log cosh as an equation': [
        { mean: true, equation: op.log(op.cosh(e)) },
        (e: number) => Math.log(Math.cosh(e)),
      ],
      'log cosh': [logCosh, (e: number) => Math.log(Math.cosh(e))],
      Huber: [
        { name: 'huber' as const, delta },
        (e: number) => (Math.abs(e) <= delta ? e ** 2 / 2 : delta * (Math.abs(e) - delta / 2)),
      ],
    } as const;
    for (const [name, [loss, formula]] of Object.entries(losses)) {
      using model = createModel(gpu(), description);
      const predicted = await model.predict(x);
      const options = { x, y, loss, learningRate: 0.02 };
      const report = await model.train({ ...options, steps: 30 });
      const mean = predicted.reduce((sum, value, row) => sum + formula(value - (y[row] as number)), 0) / 50;
      expect(relativeError([report.losses[0] as number], [mean]), name).toBeLessThan(1e-5);
      expect(report.losses.at(-1)).toBeLessThan(report.losses[0] as number);
      const { inputs, layers } = description;
      using ensemble = await createEnsemble(gpu(), {
        ...options,
        model: { inputs, layers },
        seeds: [6],
        batch: 50,
      });
      await ensemble.run(30);
      const point = await ensemble.inspect();
      expect(relativeError(point.parameters, await parametersOf(model)), name).toBeLessThan(1e-4);
    }
    using model = createModel(gpu(), description);
    const broken = { mean: true, code: () => 'fn loss_loss(' };
    await expect(model.train({ x, y, loss: broken, steps: 1 })).rejects.toThrow(ShaderError);
    const wrong = (loss: unknown) => model.train({ x, y, loss: loss as never, steps: 1 });
    await expect(wrong({ name: 'huber', delta: 0 })).rejects.toThrow(/loss.delta is 0/);
    await expect(wrong({ name: 'meanSquared', delta: 1 })).rejects.toThrow(OptionError);
    await expect(wrong({ mean: true, equation: symbol('x') })).rejects.toThrow(/names x; it may name y and/);
    expect((await model.train({ x, y, steps: 2 })).losses).toHaveLength(2);
  });

  it('free everything they allocate', async () => {
    const before = gpu().bytes;
    await run([10], { batch: 16 });
    using model = createModel(gpu(), description);
    await model.predict(x);
    await model.gradients({ x, dy: y });
    model.dispose();
    expect(gpu().bytes).toBe(before);
  });
});
