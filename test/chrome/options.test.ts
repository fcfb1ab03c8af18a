import { describe, expect, it } from 'vitest';
import {
  createModel,
  DataError,
  type Model,
  type ModelDescription,
  OptionError,
  type TrainEnsembleOptions,
  trainEnsemble,
} from '../../src/index.ts';
import { useGpu } from '../support/gpu.ts';

const gpu = useGpu();
const description: ModelDescription = { inputs: 2, layers: [{ unit: 'NAU', outputs: 1 }], seed: 3 };
const x = [
  [1, 2],
  [3, 4],
];
const y = [[3], [7]];

describe('train()', () => {
  const waits = { strength: 1, reduction: 'sum', schedule: { kind: 'whileAccurate', after: 0, error: 1 } };
  it.each([
    [{ x, y, steps: 1, lr: 0.1 }, "train() has no option 'lr'; did you mean learningRate?"],
    [{ x, y, steps: 1, batchSize: 1 }, "train() has no option 'batchSize'; did you mean batch?"],
    [{ x, y, steps: 1, optimiser: 'sgd' }, "train() has no option 'optimiser'; did you mean optimizer?"],
    [
      { x, y, steps: 1, learning_rate: 1 },
      "train() has no option 'learning_rate'; did you mean learningRate?",
    ],
    [{ x, y, steps: 1, verbose: 1 }, "train() has no option 'verbose'; its options: loss, optimizer,"],
    [{ x, y, steps: 1, constructor: 1 }, "train() has no option 'constructor'"],
    [JSON.parse('{"steps":1,"__proto__":1}'), "train() has no option '__proto__'"],
    [{ x, y, epochs: '1' }, "epochs is '1'; it must be a finite number above 0"],
    [
      { x, y, steps: 1, optimizer: 'Adam' },
      "optimizer is 'Adam'; did you mean 'adam'? It must be 'adam', 'adamw'",
    ],
    [{ x, y, steps: 1, optimizer: { name: 'adam', beta_1: 0.9 } }, "'beta_1'; did you mean beta1?"],
    [{ x, y, steps: 1, optimizer: { name: 'adam', beta1: 1 } }, 'of at least 0 and below 1'],
    [{ x, y, steps: 1, optimizer: { name: 'rmsprop', rho: 3 } }, 'of at least 0 and below 1'],
    [{ x, y, steps: 1, optimizer: { name: 'sgd', momentum: 2 } }, 'of at least 0 and below 1'],
    [{ x, y, steps: 1, learningRate: 1e300 }, 'from 0 to 3.4'],
    [{ x, y, steps: 1, optimizer: { name: 'adam', constructor: 1 } }, "no option 'constructor'"],
    [{ x, y, steps: 1, optimizer: { name: 'sgd', momentum: -1 } }, 'optimizer.momentum is -1'],
    [{ x, y, steps: 1, loss: 'toString' }, "loss is 'toString'; it must be 'meanSquared', 'sumSquared'"],
    [
      { x, y, steps: 1, regularizers: [{ ...waits, reduction: 'avg' }] },
      "regularizers[0].reduction is 'avg'; it must be 'mean' or 'sum'",
    ],
    [
      { x, y, steps: 1, regularizers: [waits] },
      'regularizers[0] waits for a validation error (schedule whileAccurate), which',
    ],
    [{ x, y }, 'train() needs either steps or epochs, and not both'],
    [{ x, y, steps: 1, epochs: 1 }, 'train() needs either steps or epochs, and not both'],
    [{ y, steps: 1 }, 'train() has no x; it must be rows of inputs'],
    [
      { x, y, steps: 1, signal: new AbortController() },
      'signal is of class AbortController; it must be an AbortSignal',
    ],
    [undefined, 'train() needs an object of options, { x, y, steps or epochs }; it got undefined'],
  ])('refuses %o', async (options, message) => {
    using model = createModel(gpu(), description);
    const training = model.train(options as unknown as Parameters<Model['train']>[0]);
    await expect(training).rejects.toThrow(OptionError);
    await expect(training).rejects.toThrow(message);
  });

  it('says what is wrong with the data', async () => {
    using model = createModel(gpu(), description);
    const of = (x: unknown, y: unknown) => model.train({ x, y, steps: 1 } as Parameters<Model['train']>[0]);
    const texts = of([['1', '2']], y);
    await expect(texts).rejects.toThrow(DataError);
    await expect(texts).rejects.toThrow(
      "x, row 0, column 0: '1' is not a number but a text; convert it first, say with Number",
    );
    await expect(of(['1', '2'], y)).rejects.toThrow("x, row 0, column 0: '1' is not a number but a text");
    await expect(of(Promise.resolve(x), y)).rejects.toThrow('x is a promise (await it); it must be an array');
    await expect(of([1, 2, 3], y)).rejects.toThrow(
      'x has 3 values, which is not a multiple of its 2 columns',
    );
    await expect(of([[1, 2], 3], y)).rejects.toThrow('x, row 1: expected an array of 2 numbers, found 3');
    await expect(of([1, [2]], y)).rejects.toThrow('x, row 0, column 1: [2] is not a number');
    await expect(of(x, new DataView(new ArrayBuffer(8)))).rejects.toThrow(
      'y is of class DataView; it must be',
    );
  });

  it('takes flat lists and columns as what they mean', async () => {
    const all: number[][] = [];
    for (const [xs, ys] of [
      [x, y],
      [x.flat(), y.flat()],
      [new Float64Array(x.flat()), new Int16Array(y.flat())],
      [x.map((row) => new Uint8Array(row)), y.flat()],
    ] as const) {
      using model = createModel(gpu(), description);
      const { losses } = await model.train({ x: xs, y: ys, steps: 2, learningRate: 0.1 });
      all.push([...losses, ...(await model.predict([5, 6]))]);
    }
    for (const values of all) expect(values).toEqual(all[0]);
  });
});

describe('a model', () => {
  it('is made again of its own description', async () => {
    using model = createModel(gpu(), {
      inputs: 2,
      layers: [
        { unit: 'NPU', outputs: 2, options: { epsilon: 0.125 } },
        { unit: 'Linear', outputs: 1, initialization: 'torch' },
      ],
      seed: 7,
    });
    using again = createModel(gpu(), model.description);
    expect(await again.weights()).toEqual(await model.weights());
    expect(again.description).toEqual(model.description);
  });

  it('takes its own weights, and refuses those of another shape or name', async () => {
    using model = createModel(gpu(), { inputs: 3, layers: [{ unit: 'NAC', outputs: 2 }], seed: 5 });
    const weights = await model.weights();
    using other = createModel(gpu(), model.description);
    other.setParameters([{ W_hat: new Float32Array(6), M_hat: Array.from({ length: 6 }, () => 1) }]);
    other.setParameters(weights);
    expect(await other.weights()).toEqual(weights);
    const { W_hat, M_hat } = weights[0]?.parameters ?? {};
    if (!W_hat || !M_hat) throw new Error('a NAC has W_hat and M_hat');
    const wrong: [Parameters<Model['setParameters']>[0], string][] = [
      [
        [{ W_hat: { shape: [2, 3], data: W_hat.data }, M_hat }],
        'W_hat has the shape [2,3]; it must be [3,2]',
      ],
      [[{ W_hat, M_hat, b: [0] }], 'layer 0: NAC has no parameter b; it has: W_hat, M_hat'],
      [[{ W_hat }], 'layer 0: parameter M_hat of NAC is missing'],
      [[{ W_hat, M_hat: [1] }], 'M_hat has 1 values; shape [3,2] needs 6'],
      [[], 'parameters for 0 layers were given; the model has 1'],
      [model.weights() as never, 'the parameters are a promise (await it); give a list'],
    ];
    for (const [parameters, message] of wrong) {
      expect(() => other.setParameters(parameters)).toThrow(message);
    }
    expect(await other.weights()).toEqual(weights);
  });
});

describe('trainEnsemble()', () => {
  const good: TrainEnsembleOptions = {
    model: { inputs: 2, layers: [{ unit: 'NAU', outputs: 1 }] },
    seeds: [1, 2],
    x,
    y: [3, 7],
    steps: 2,
  };
  it.each([
    [{ learning_rate: 0.1 }, "trainEnsemble() has no option 'learning_rate'; did you mean learningRate?"],
    [{ lr: 0.1 }, "trainEnsemble() has no option 'lr'; did you mean learningRate?"],
    [{ seed: 1 }, "trainEnsemble() has no option 'seed'; each model of an ensemble has its own: give seeds"],
    [{ model: description }, "model has no option 'seed'; an ensemble's models have a seed each: give seeds"],
    [{ steps: '2' }, "steps is '2'; it must be a whole number"],
    [{ x: undefined }, 'trainEnsemble() needs either x or task, and not both'],
    [{ lanes: 3 }, "lanes is 3; it must be a power of two from 1 to 256, or 'calibrate'"],
    [{ seeds: [1, 2.5] }, 'seeds[1] is 2.5; it must be a whole number from 0 to 4294967295'],
    [{ learningRate: [0.1, -1] }, 'learningRate[1] is -1; it must be a finite number of at least 0'],
    [{ learningRate: (): number => Number.NaN }, 'learningRate at step 0 is NaN; it must be'],
    [
      { learningRate: (): number => 1, learningRateFactor: (): number => 1 },
      'learningRate is a function of the step; ',
    ],
    [{ evaluate: { held: { x } } }, 'evaluate.held has no y'],
    [{ evaluate: { held: { x, y, rows: 1 } } }, "evaluate.held has no option 'rows'"],
    [{ stopWhen: { set: 'held', under: 1 } }, "stopWhen has no option 'under'"],
    [{ checkpoints: {} }, 'checkpoints is an object; it must be what ensembleCheckpoints() gives'],
  ])('refuses %o', async (change, message) => {
    const training = trainEnsemble(gpu(), { ...good, ...(change as Partial<TrainEnsembleOptions>) });
    await expect(training).rejects.toThrow(OptionError);
    await expect(training).rejects.toThrow(message);
  });

  it('takes a learning rate by step, as one model does', async () => {
    const learningRate = (step: number) => 0.5 / (1 + step);
    const steps = 20;
    const report = await trainEnsemble(gpu(), { ...good, seeds: [3], steps, learningRate });
    using model = createModel(gpu(), description);
    await model.train({ x, y, steps, learningRate });
    const [layer] = await model.weights();
    const [trained] = report.weights(0);
    const values = Array.from(trained?.parameters.W?.data ?? []);
    expect(values).toHaveLength(2);
    Array.from(layer?.parameters.W?.data ?? [], (value, k) => expect(values[k]).toBeCloseTo(value, 5));
    const constant = await trainEnsemble(gpu(), { ...good, seeds: [3], steps, learningRate: 0.5 });
    expect(constant.weights(0)).not.toEqual(report.weights(0));
  });
});
