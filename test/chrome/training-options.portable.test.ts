import { describe, expect, it } from 'vitest';
import {
  createEnsemble,
  createModel,
  DataError,
  type ModelDescription,
  OptionError,
  type TrainOptions,
} from '../../src/index.ts';
import { createRandom } from '../../src/random.ts';
import { type ReferenceLoss, type ReferenceRecipe, trainReference } from '../reference/training.ts';
import { bitsOf, relativeError } from '../support/compare.ts';
import { useGpu } from '../support/gpu.ts';
import { flat, parametersOf, referenceOf } from '../support/model-parameters.ts';

const gpu = useGpu();

const ROWS = 23;
const STEPS = 5;
/** float32 against float64 over a few steps. */
const BOUND = 2e-5;
const sgd = { optimizer: 'sgd', hyper: { momentum: 0 }, rate: 0.125 } as const;

const random = createRandom(77);
const numbers = (count: number, low: number, high: number) =>
  Float32Array.from({ length: count }, () => random.uniform(low, high));

/** A unit with a bias, and one whose gradient reaches through three layers. */
const description: ModelDescription = {
  inputs: 3,
  layers: [
    { unit: 'Linear', outputs: 5 },
    { unit: 'NAC', outputs: 4 },
    { unit: 'Linear', outputs: 3 },
  ],
  seed: 8,
};
const x = numbers(3 * ROWS, -1, 1);
const y = numbers(3 * ROWS, -1, 1);
const classes = Float32Array.from({ length: ROWS }, (_, row) => (row * 7) % 3);
const oneHot = Float32Array.from({ length: 3 * ROWS }, (_, at) =>
  Number(classes[Math.floor(at / 3)] === at % 3),
);

/** Cross-entropy of a softmax as textbooks have it, in the mean of the rows, and its gradient. */
const softmax: ReferenceLoss = (outputs, targets) => {
  const slopes: number[] = [];
  let loss = 0;
  for (let row = 0; row < outputs.length / 3; row++) {
    const powers = [0, 1, 2].map((k) => Math.exp(outputs[3 * row + k] as number));
    const sum = powers.reduce((a, b) => a + b, 0);
    for (let k = 0; k < 3; k++) {
      const [p, t] = [(powers[k] as number) / sum, targets[3 * row + k] as number];
      loss -= (t * Math.log(p)) / (outputs.length / 3);
      slopes.push((p - t) / (outputs.length / 3));
    }
  }
  return { loss, slopes };
};

/** Mean of squares whose rows count as often as their weight says, over the number of rows. */
const weighted =
  (weights: ArrayLike<number>): ReferenceLoss =>
  (outputs, targets) => {
    const errors = Array.from(outputs, (output, at) => output - (targets[at] as number));
    const weightOf = (at: number) => weights[Math.floor(at / 3)] as number;
    return {
      loss: errors.reduce((sum, error, at) => sum + weightOf(at) * error * error, 0) / errors.length,
      slopes: errors.map((error, at) => (2 * weightOf(at) * error) / errors.length),
    };
  };

const weights = numbers(ROWS, 0, 3);
weights[4] = 0;

const cases: Record<
  string,
  { given: Partial<TrainOptions>; recipe: Partial<ReferenceRecipe>; targets?: Float32Array }
> = {
  'cross-entropy of a softmax': {
    given: { loss: 'softmaxCrossEntropy', y: oneHot },
    recipe: { loss: softmax },
    targets: oneHot,
  },
  'sample weights': { given: { sampleWeights: weights }, recipe: { loss: weighted(weights) } },
  'an L1 penalty of each layer': { given: { l1: [0.25, 0, 0.5] }, recipe: { l1: [0.25, 0, 0.5] } },
  'the first layer frozen': { given: { trainable: [false] }, recipe: { frozen: [true] } },
  'the layer in the middle frozen': {
    given: { trainable: [true, false] },
    recipe: { frozen: [false, true] },
  },
  'the norm of the gradient clipped, one layer frozen': {
    given: { trainable: [true, false], clipGradientNorm: 0.25 },
    recipe: { frozen: [false, true], clipNorm: 0.25 },
  },
  'the last layer frozen': {
    given: { trainable: [true, true, false] },
    recipe: { frozen: [false, false, true] },
  },
};

describe.each(Object.entries(cases))('%s', (_, { given, recipe, targets = y }) => {
  it('trains as the reference in float64', async () => {
    using model = createModel(gpu(), description);
    const reference = await referenceOf(model);
    const initial = flat(reference);
    const options = { x, y, optimizer: 'sgd', learningRate: sgd.rate, ...given } as const;
    const { losses } = await model.train({ ...options, steps: STEPS } as TrainOptions);
    const wanted = trainReference(reference, { x, y: targets, rows: ROWS }, STEPS, { ...sgd, ...recipe });
    expect(relativeError(losses, wanted), 'losses').toBeLessThan(BOUND);
    expect(relativeError(await parametersOf(model), flat(reference)), 'parameters').toBeLessThan(BOUND);
    const plain = await (async () => {
      using other = createModel(gpu(), description);
      const layers = await referenceOf(other);
      trainReference(layers, { x, y: targets, rows: ROWS }, STEPS, sgd);
      return flat(layers);
    })();
    expect(relativeError(plain, flat(reference)), 'without the option').toBeGreaterThan(50 * BOUND);
    expect(relativeError(initial, flat(reference)), 'at the start').toBeGreaterThan(50 * BOUND);

    using other = createModel(gpu(), description);
    const { x: _x, y: _y, sampleWeights, ...rest } = options;
    using trainer = await other.createStepTrainer({
      ...rest,
      rows: ROWS,
      sampleWeights: sampleWeights !== undefined,
    });
    for (let step = 0; step < STEPS; step++) {
      trainer.step({ x, y: options.y, ...(sampleWeights && { sampleWeights }) });
    }
    expect(relativeError(await trainer.losses(STEPS), wanted), 'losses by hand').toBeLessThan(BOUND);
    expect(relativeError(await parametersOf(other), flat(reference)), 'by hand').toBeLessThan(BOUND);
  });
});

describe('the cross-entropy of a softmax', () => {
  const { inputs, layers } = description;

  it('takes classes in place of rows of zeros and a one, and is the same in both engines', async () => {
    using model = createModel(gpu(), description);
    using same = createModel(gpu(), description);
    const options = { x, loss: 'softmaxCrossEntropy', optimizer: 'sgd', learningRate: 0.125 } as const;
    const { losses } = await model.train({ ...options, y: oneHot, steps: STEPS });
    const labels = Array.from(classes);
    expect(bitsOf((await same.train({ ...options, y: labels, steps: STEPS })).losses)).toEqual(
      bitsOf(losses),
    );
    const { seed: _, ...stack } = description;
    using ensemble = await createEnsemble(gpu(), {
      ...options,
      y: labels,
      model: stack,
      seeds: [8],
      batch: ROWS,
    });
    await ensemble.run(STEPS);
    const point = await ensemble.inspect();
    expect(relativeError(point.losses, [losses.at(-1) as number])).toBeLessThan(BOUND);
    expect(relativeError(point.parameters, await parametersOf(model))).toBeLessThan(BOUND);
    const wrong = model.train({ ...options, y: labels.map((label) => label + 1), steps: 1 });
    await expect(wrong).rejects.toThrow(/y, row \d+: 3 is not a class; they are numbered from 0 to 2/);
  });

  it('holds for logits of any size', async () => {
    using model = createModel(gpu(), { inputs: 3, layers: [{ unit: 'Linear', outputs: 3 }] });
    model.setParameters([{ W: [1, 0, 0, 0, 1, 0, 0, 0, 1], b: [0, 0, 0] }]);
    const logits = [
      [1e30, -1e30, 5],
      [-2e4, -2e4, -2e4],
      [3e38, 0, -3e38],
      [88, 89, 90],
    ];
    const { loss, accuracy } = await model.evaluate(logits, [0, 1, 0, 2], { loss: 'softmaxCrossEntropy' });
    const wanted = (Math.log(3) - Math.log(1 / (1 + Math.exp(-1) + Math.exp(-2)))) / 4;
    expect(loss).toBeCloseTo(wanted, 5);
    expect(accuracy).toBe(0.75); // of three equal outputs the first counts
  });

  it('learns classes in shuffled batches', async () => {
    using model = createModel(gpu(), { inputs, layers: [{ unit: 'Linear', outputs: 3 }], seed: 1 });
    const rows = 90;
    const points = numbers(3 * rows, -1, 1);
    const labels = Array.from({ length: rows }, (_, row) => {
      const point = [...points.subarray(3 * row, 3 * row + 3)];
      return point.indexOf(Math.max(...point));
    });
    const data = [points, labels] as const;
    const options = { loss: 'softmaxCrossEntropy' } as const;
    const before = await model.evaluate(...data, options);
    await model.train({ x: points, y: labels, ...options, epochs: 100, batch: 16, learningRate: 0.05 });
    const after = await model.evaluate(...data, options);
    expect(after.loss).toBeLessThan(0.3 * before.loss);
    expect(after.accuracy).toBeGreaterThan(0.95);
    expect(layers).toHaveLength(3);
  });
});

describe('sample weights', () => {
  it('go with their rows through shuffled batches', async () => {
    // A row that does not count may have any target.
    using model = createModel(gpu(), { inputs: 1, layers: [{ unit: 'Linear', outputs: 1 }], seed: 2 });
    const rows = 61;
    const points = numbers(rows, -1, 1);
    const counts = Array.from({ length: rows }, (_, row) => Number(row % 3 !== 0));
    const targets = points.map((value, row) => (counts[row] ? 2 * value + 1 : 100));
    await model.train({
      x: points,
      y: targets,
      sampleWeights: counts,
      epochs: 150,
      batch: 8,
      learningRate: 0.05,
    });
    const [at1] = await model.predict([[1]]);
    expect(at1).toBeCloseTo(3, 2);
    const { loss, meanSquaredError } = await model.evaluate(points, targets, { sampleWeights: counts });
    expect(loss).toBeLessThan(1e-3);
    expect(meanSquaredError).toBeGreaterThan(1000);
  });

  it('are checked', async () => {
    using model = createModel(gpu(), description);
    const train = (sampleWeights: number[]) => model.train({ x, y, sampleWeights, steps: 1 });
    await expect(train([1, 2])).rejects.toThrow(/sampleWeights has 2 numbers; there are 23 rows/);
    await expect(train(Array.from({ length: ROWS }, (_, row) => (row === 5 ? -1 : 1)))).rejects.toThrow(
      /sampleWeights, row 5: -1 is below 0/,
    );
    await expect(train(Array.from({ length: ROWS }, () => Number.NaN))).rejects.toThrow(DataError);
    using trainer = await model.createStepTrainer({ rows: ROWS, sampleWeights: true });
    expect(() => trainer.step({ x, y })).toThrow(/the batch has no sampleWeights/);
    using plain = await model.createStepTrainer({ rows: ROWS });
    expect(() => plain.step({ x, y, sampleWeights: weights })).toThrow(
      /make the trainer with sampleWeights: true/,
    );
  });
});

describe('frozen layers', () => {
  it('keep their parameters to the bit, and a state without them goes on to the same bits', async () => {
    const options = { x, y, trainable: [true, false], batch: 7, learningRate: 0.01 };
    using whole = createModel(gpu(), description);
    const before = (await whole.weights())[1]?.parameters;
    using straight = await whole.createTrainer(options);
    await straight.run(12);
    expect((await whole.weights())[1]?.parameters).toEqual(before);
    using half = createModel(gpu(), description);
    using first = await half.createTrainer(options);
    await first.run(5);
    const state = structuredClone(await first.exportState());
    using other = createModel(gpu(), { ...description, seed: 99 });
    using second = await other.createTrainer(options);
    second.importState(state);
    await second.run(7);
    expect(bitsOf(await parametersOf(other))).toEqual(bitsOf(await parametersOf(whole)));
  });

  it('still pass the gradient of the inputs', async () => {
    using model = createModel(gpu(), description);
    using trainer = await model.createStepTrainer({
      rows: ROWS,
      inputGradient: true,
      trainable: [false, false],
    });
    using all = await model.createStepTrainer({ rows: ROWS, inputGradient: true });
    const read = async (from: typeof trainer) => {
      const size = 4 * 3 * ROWS;
      const copy = gpu().device.createBuffer({
        size,
        usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
      });
      const encoder = gpu().device.createCommandEncoder();
      encoder.copyBufferToBuffer(from.dx as GPUBuffer, 0, copy, 0, size);
      gpu().device.queue.submit([encoder.finish()]);
      await copy.mapAsync(GPUMapMode.READ);
      return new Float32Array(copy.getMappedRange().slice(0));
    };
    for (const each of [trainer, all]) {
      each.forward({ x });
      each.backward({ dy: y });
    }
    expect(bitsOf(await read(trainer))).toEqual(bitsOf(await read(all)));
  });

  it('are checked', async () => {
    using model = createModel(gpu(), description);
    const train = (trainable: boolean[]) => model.train({ x, y, trainable, steps: 1 });
    await expect(train([false, false, false])).rejects.toThrow(/false for every layer; train at least one/);
    await expect(train([true, true, true, true])).rejects.toThrow(/trainable has 4 entries; the model has 3/);
    await expect(model.train({ x, y, l1: -1, steps: 1 })).rejects.toThrow(OptionError);
  });
});

describe('evaluate', () => {
  it('has the errors of the predictions in float64, from arrays and from buffers, in pieces', async () => {
    using model = createModel(gpu(), description);
    for (const rows of [1, 64, 5003]) {
      const [inputs, targets] = [numbers(3 * rows, -1, 1), numbers(3 * rows, -1, 1)];
      const predicted = await model.predict(inputs);
      const errors = [...predicted].map((value, at) => value - (targets[at] as number));
      const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
      const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
      const [a, b] = [inputs, targets].map((values) => {
        const buffer = gpu().device.createBuffer({ size: values.byteLength, usage });
        gpu().device.queue.writeBuffer(buffer, 0, values as Float32Array<ArrayBuffer>);
        return buffer;
      }) as [GPUBuffer, GPUBuffer];
      for (const [given, wanted] of [
        [inputs, targets],
        [a, b],
      ] as const) {
        const found = await model.evaluate(given, wanted, { loss: { name: 'huber', delta: 0.5 } });
        expect(found.rows).toBe(rows);
        expect(found.meanSquaredError).toBeCloseTo(mean(errors.map((e) => e * e)), 5);
        expect(found.meanAbsoluteError).toBeCloseTo(mean(errors.map(Math.abs)), 5);
        const huber = (e: number) => (Math.abs(e) <= 0.5 ? (e * e) / 2 : 0.5 * (Math.abs(e) - 0.25));
        expect(found.loss).toBeCloseTo(mean(errors.map(huber)), 5);
        expect(found.accuracy).toBeUndefined();
      }
    }
    const logits = await model.evaluate([[0, 0, 0]], [[1, 0, 1]], { loss: 'binaryCrossEntropy' });
    const [first = 0, second = 0, third = 0] = await model.predict([[0, 0, 0]]);
    expect(logits.accuracy).toBeCloseTo((Number(first > 0) + Number(second <= 0) + Number(third > 0)) / 3, 6);
  });

  it('leaves nothing behind', async () => {
    using model = createModel(gpu(), description);
    const { bytes } = gpu();
    await model.evaluate(x, y);
    await expect(model.evaluate(x, [[1, 2, 3]])).rejects.toThrow(/x has 23 rows but y has 1/);
    expect(gpu().bytes).toBe(bytes);
  });
});

describe('a model', () => {
  it('is a function of one row in float64', async () => {
    using model = createModel(gpu(), description);
    const f = await model.rowFunction();
    const predicted = await model.predict(x);
    expect(() => f([1, 2])).toThrow('a row has 3 numbers, one for each input');
    expect(() => f(null as never)).toThrow(DataError);
    for (const row of [0, 7, 22]) {
      const own = f(x.subarray(3 * row, 3 * row + 3));
      expect(relativeError(predicted.subarray(3 * row, 3 * row + 3), own as ArrayLike<number>)).toBeLessThan(
        1e-5,
      );
    }
  });

  it('is summed up in a table', () => {
    using model = createModel(gpu(), {
      inputs: 3,
      layers: [
        { unit: 'NALU', outputs: 2 },
        { unit: 'Linear', outputs: 1 },
      ],
    });
    expect(model.summary().split('\n')).toEqual([
      'layer  unit    shape  parameters',
      '0      NALU    3 → 2          18  W_hat [3, 2], M_hat [3, 2], G [3, 2]',
      '1      Linear  2 → 1           3  W [2, 1], b [1]',
      'total                         21',
    ]);
  });
});
