import { describe, expect, it } from 'vitest';
import {
  createEnsemble,
  createModel,
  type Gpu,
  OptionError,
  requestGpu,
  trainEnsemble,
} from '../../src/index.ts';
import { type ModelDescription, resolveModel } from '../../src/model/description.ts';
import { checkOptions, checkValue } from '../../src/options/check.ts';
import {
  anything,
  callback,
  type Description,
  either,
  having,
  list,
  map,
  needed,
  number,
  oneOf,
  options,
  seed,
  signal,
  size,
  tagged,
  text,
} from '../../src/options/kinds.ts';
import { nearest } from '../../src/options/nearest.ts';

const refusal = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(OptionError);
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
};

describe('the nearest known name', () => {
  const training = [
    ...['loss', 'optimizer', 'regularizers', 'clipGradient', 'x', 'y', 'learningRate', 'batch', 'seed'],
    ...['signal', 'onProgress', 'steps', 'epochs'],
  ];
  it.each([
    ['lr', 'learningRate'],
    ['learning_rate', 'learningRate'],
    ['learningrate', 'learningRate'],
    ['LearningRate', 'learningRate'],
    ['learning-rate', 'learningRate'],
    ['learnignRate', 'learningRate'],
    ['batchSize', 'batch'],
    ['batch_size', 'batch'],
    ['optimiser', 'optimizer'],
    ['optim', 'optimizer'],
    ['lossFunction', 'loss'],
    ['criterion', 'loss'],
    ['epoch', 'epochs'],
    ['nEpochs', 'epochs'],
    ['num_steps', 'steps'],
    ['stpes', 'steps'],
    ['random_seed', 'seed'],
    ['regularizer', 'regularizers'],
    ['abortSignal', 'signal'],
    ['onprogress', 'onProgress'],
    ['clip_gradients', 'clipGradient'],
  ])('to %s is %s', (name, known) => {
    expect(nearest(name, training)).toBe(known);
  });

  it('is none where nothing is near', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'trainable', 'verbose', 'z', '']) {
      expect(nearest(name, training), name).toBeUndefined();
    }
    expect(nearest('lr', ['momentum'])).toBeUndefined();
  });

  it('is found among units', () => {
    const names = ['NAC', 'NALU', 'iNALU', 'RealNPU', 'RealNPU modified', 'Dense ReLU'];
    expect(['Nalu', 'nac', 'realnpu', 'RelNPU', 'dense relu'].map((name) => nearest(name, names))).toEqual([
      'NALU',
      'NAC',
      'RealNPU',
      'RealNPU',
      'Dense ReLU',
    ]);
  });
});

interface Sample {
  rows: unknown;
  count?: number;
  rate?: number | readonly number[];
  kind?: 'mean' | 'sum';
  hook?: () => void;
  signal?: AbortSignal;
  inner?: { readonly low: number; readonly high?: number };
  shape?: { readonly kind: 'round'; readonly radius: number } | { readonly kind: 'flat' };
  names?: Readonly<Record<string, string>>;
  seeds?: number | readonly number[];
  steps?: number;
  epochs?: number;
}

const sample: Description<Sample> = {
  fields: {
    rows: needed(anything('rows of numbers')),
    count: size,
    rate: either(number({ least: 0 }), list(number({ least: 0 }))),
    kind: oneOf('mean', 'sum'),
    hook: callback<() => void>(),
    signal,
    inner: options<NonNullable<Sample['inner']>>({
      fields: { low: needed(number()), high: number({ above: 0 }) },
    }),
    shape: tagged<NonNullable<Sample['shape']>, 'kind'>('kind', {
      round: { radius: needed(size) },
      flat: {},
    }),
    names: map(text),
    seeds: either(size, list(seed, 1)),
    steps: size,
    epochs: number({ above: 0 }),
  },
  exactlyOne: [['steps', 'epochs']],
  elsewhere: { device: 'ask requestGpu() for one' },
};

const check = (given: unknown): Sample => checkOptions(sample, given as Sample, 'sample()');
const good = { rows: [], steps: 1 };

describe('options', () => {
  it('come back as they are, without those that are undefined', () => {
    const { signal } = new AbortController();
    const hook = () => {};
    const given = {
      ...good,
      count: 2,
      rate: [0, 1e-3],
      kind: 'sum',
      hook,
      signal,
      inner: { low: -1 },
      shape: { kind: 'round', radius: 3 },
      names: { a: 'b' },
      seeds: [0, 0xffffffff],
    };
    expect(check({ ...given, epochs: undefined })).toEqual(given);
    expect(check(given).signal).toBe(signal);
    expect(check({ ...good, rate: new Float64Array([0.5, 1]) }).rate).toEqual([0.5, 1]);
    expect(check({ ...good, shape: { kind: 'flat' } }).shape).toEqual({ kind: 'flat' });
  });

  it.each([
    [{ ...good, cuont: 1 }, "sample() has no option 'cuont'; did you mean count?"],
    [{ ...good, count: 1, cuont: 1 }, "sample() has no option 'cuont'; its options: rows, count,"],
    [{ ...good, device: 1 }, "sample() has no option 'device'; ask requestGpu() for one"],
    [{ ...good, constructor: 1 }, "has no option 'constructor'"],
    [JSON.parse('{"rows":[],"steps":1,"__proto__":1}'), "has no option '__proto__'"],
    [{ ...good, hasOwnProperty: 1 }, "has no option 'hasOwnProperty'"],
    [{ ...good, count: '1' }, "count is '1'; it must be a whole number of at least 1"],
    [{ ...good, count: 1.5 }, 'count is 1.5; it must be a whole number of at least 1'],
    [{ ...good, count: 2n }, 'count is 2n; it must be a whole number'],
    [{ ...good, count: null }, 'count is null; it must be'],
    [{ ...good, rate: Number.NaN }, 'rate is NaN; it must be a finite number of at least 0 or a list'],
    [{ ...good, rate: [1, -1] }, 'rate[1] is -1; it must be a finite number of at least 0'],
    [{ ...good, rate: () => 1 }, 'rate is a function; it must be'],
    [{ ...good, kind: 'avg' }, "kind is 'avg'; it must be 'mean' or 'sum'"],
    [{ ...good, kind: 'Mean' }, "kind is 'Mean'; did you mean 'mean'? It must be 'mean' or 'sum'"],
    [{ ...good, hook: 1 }, 'hook is 1; it must be a function'],
    [{ ...good, signal: {} }, 'signal is an object; it must be an AbortSignal'],
    [{ ...good, inner: 1 }, 'inner is 1; it must be an object { low, high }'],
    [{ ...good, inner: {} }, 'inner has no low; it must be a finite number'],
    [{ ...good, inner: { low: 1, hihg: 1 } }, "inner has no option 'hihg'; did you mean high?"],
    [{ ...good, inner: { low: 1, high: 0 } }, 'inner.high is 0; it must be a finite number above 0'],
    [
      { ...good, shape: { kind: 'constructor' } },
      "shape.kind is 'constructor'; it must be 'round' or 'flat'",
    ],
    [{ ...good, shape: { kind: 'round' } }, 'shape has no radius'],
    [{ ...good, shape: { kind: 'flat', radius: 1 } }, "shape has no option 'radius'; its options: kind"],
    [{ ...good, names: { a: 1 } }, 'names.a is 1; it must be a text'],
    [{ ...good, seeds: [] }, 'seeds is []; it must be a whole number of at least 1 or a list of at least 1'],
    [
      { ...good, seeds: [0, 2 ** 32] },
      'seeds[1] is 4294967296; it must be a whole number from 0 to 4294967295',
    ],
    [{ rows: [] }, 'sample() needs either steps or epochs, and not both'],
    [{ ...good, epochs: 1 }, 'sample() needs either steps or epochs, and not both'],
    [{ steps: 1 }, 'sample() has no rows; it must be rows of numbers'],
    [Object.create(good), 'sample() has no rows'],
    [undefined, 'sample() needs an object of options, { rows, steps or epochs }; it got undefined'],
    [
      Promise.resolve(good),
      'sample() needs an object of options, { rows, steps or epochs }; it got a promise (await it)',
    ],
    [[], 'sample() needs an object of options'],
    ['steps', "it got 'steps'"],
  ])('%o are refused', (given, message) => {
    expect(refusal(() => check(given))).toContain(message);
  });

  it('of several kinds are told apart by their names', () => {
    const kind = either(
      options<{ readonly x: number; readonly y: number }>({ fields: { x: needed(size), y: needed(size) } }),
      options<{ readonly task: string; readonly y?: number }>({ fields: { task: needed(text), y: size } }),
    );
    expect(refusal(() => checkValue(kind, { task: 'a', y: 0 }, 'set'))).toContain('set.y is 0');
    expect(refusal(() => checkValue(kind, { x: 1, y: 0 }, 'set'))).toContain('set.y is 0');
    expect(refusal(() => checkValue(kind, { x: 1, y: 1, tsk: 1 } as never, 'set'))).toContain(
      "no option 'tsk'",
    );
  });

  it('made by others are passed on as they are', () => {
    class Store {
      read(): void {}
    }
    const store = new Store();
    expect(checkValue(having<Store>('a store', 'read'), store, 'store')).toBe(store);
    expect(refusal(() => checkValue(having<Store>('a store', 'read'), {} as Store, 'store'))).toBe(
      'store is an object; it must be a store',
    );
  });
});

describe('a model', () => {
  const layer = { unit: 'NALU', outputs: 1 } as const;
  const model = (layers: unknown, rest = {}) => ({ inputs: 2, layers, ...rest }) as ModelDescription;
  it.each([
    [model([{ outputs: 1 }]), 'layers[0] has no unit; it must be the name of a unit, or its record'],
    [
      model([{ ...layer, trainable: false }]),
      "layers[0] has no option 'trainable'; its options: unit, outputs,",
    ],
    [model([layer, { unit: 'NAU', units: 3 }]), "layers[1] has no option 'units'; did you mean outputs?"],
    [model([{ ...layer, unit: 'Nalu' }]), "there is no unit 'Nalu'; did you mean 'NALU'? Known units: NAC,"],
    [
      model([{ ...layer, unit: {} }]),
      'layers[0].unit is an object; it must be the name of a unit, or its record',
    ],
    [
      model([{ ...layer, options: { eps: 1 } }]),
      "NALU (layers[0].options) has no option 'eps'; did you mean epsilon?",
    ],
    [model([{ ...layer, options: { constructor: 1 } }]), "has no option 'constructor'"],
    [
      model([{ ...layer, initialization: 'constructor' }]),
      "layers[0].initialization is 'constructor'; it must be",
    ],
    [
      model([{ ...layer, initialization: { G: { kind: 'uniform', low: 0 } } }]),
      'layers[0].initialization.G has no high',
    ],
    [model([]), 'layers is []; it must be a list of at least one layer'],
    [model(layer), 'layers is an object; it must be a list of at least one layer'],
    [model([layer], { seeds: 1 }), "a model has no option 'seeds'; did you mean seed?"],
    [undefined, 'a model needs an object of options, { inputs, layers }; it got undefined'],
  ])('%o is refused', (description, message) => {
    expect(refusal(() => resolveModel(description as ModelDescription))).toContain(message);
  });
});

describe('a forgotten await on requestGpu()', () => {
  const description: ModelDescription = { inputs: 2, layers: [{ unit: 'NALU', outputs: 1 }] };
  const ensemble = { model: description, seeds: 2, x: [[1, 2]], y: [3], steps: 1 };
  it('is said', async () => {
    const promise = requestGpu({ gpu: { requestAdapter: async () => null } as unknown as GPU });
    promise.catch(() => {});
    const gpu = promise as unknown as Gpu;
    const message = 'gpu is a promise; write: const gpu = await requestGpu()';
    expect(refusal(() => createModel(gpu, description))).toBe(message);
    await expect(createEnsemble(gpu, ensemble)).rejects.toThrow(message);
    await expect(trainEnsemble(gpu, ensemble)).rejects.toThrow(message);
    expect(refusal(() => createModel(undefined as unknown as Gpu, description))).toContain(
      'gpu is undefined',
    );
  });
});
