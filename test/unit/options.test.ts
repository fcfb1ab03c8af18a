import { describe, expect, it } from 'vitest';
import { toJavaScript, toOnnx, toPython } from '../../src/export/index.ts';
import { fit as fitTable } from '../../src/fit/index.ts';
import { formulaOf, snapFormula } from '../../src/formula/index.ts';
import {
  createEnsemble,
  createModel,
  defineUnit,
  expressionBenchmark,
  expressionTask,
  findTask,
  findUnit,
  type Gpu,
  nodeGpu,
  OptionError,
  requestGpu,
  sumsTask,
  trainEnsemble,
} from '../../src/index.node.ts';
import {
  ensembleCheckpoints,
  loadModel,
  modelFromJson,
  saveModel,
  tableOf,
  writeCsv,
} from '../../src/io/index.ts';
import { arithmeticThreshold, Selection, singleModuleThreshold } from '../../src/metrics/index.ts';
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
    ...[
      'loss',
      'optimizer',
      'regularizers',
      'clipGradient',
      'clipGradientNorm',
      'x',
      'y',
      'learningRate',
      'batch',
      'seed',
    ],
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
    ['clip_grad_norm', 'clipGradientNorm'],
    ['clipnorm', 'clipGradientNorm'],
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
    [model([layer], { seeds: { count: 1 } }), "a model has no option 'seeds'; did you mean seed?"],
    [undefined, 'a model needs an object of options, { inputs, layers }; it got undefined'],
  ])('%o is refused', (description, message) => {
    expect(refusal(() => resolveModel(description as ModelDescription))).toContain(message);
  });
});

describe('a forgotten await on requestGpu()', () => {
  const description: ModelDescription = { inputs: 2, layers: [{ unit: 'NALU', outputs: 1 }] };
  const ensemble = { model: description, seeds: { count: 2 }, x: [[1, 2]], y: [3], steps: 1 };
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

describe('every other entry', () => {
  const pair = { range: [1, 2], extrapolationRange: [2, 6] } as const;
  const stack: ModelDescription = { inputs: 1, layers: [{ unit: 'NAU', outputs: 1 }] };
  const parameters = [{ W: { data: [1] } }];
  const table = { x: [1, 2], y: [1, 2] };
  const cell = { operation: 'mul', unit: 'NMU' };
  const wrong: [string, () => unknown, string][] = [
    ['thresholds', () => singleModuleThreshold('mul', [1, 2], { eps: 1 } as object), 'did you mean epsilon?'],
    [
      'thresholds',
      () => singleModuleThreshold('mul', [1, 2], { inputs: 1 }),
      'inputs is 1; it must be a whole number',
    ],
    [
      'thresholds',
      () => arithmeticThreshold('mul', [1, 2], Math.random, { sample: 1 } as object),
      'did you mean samples?',
    ],
    ['selections', () => new Selection({ treshold: 1 } as never), "'treshold'; did you mean threshold?"],
    ['selections', () => new Selection({ threshold: 0 }), 'threshold is 0; it must be a number above 0'],
    [
      'cells',
      () => findTask('single-module').cell({ ...cell, seed: 1 } as never),
      "'seed'; did you mean seeds?",
    ],
    ['cells', () => findTask('single-module').cell({ ...cell, steps: '1' } as never), "steps is '1'"],
    [
      'cells',
      () => findTask('single-module').cell({ ...cell, settings: { input: 3 } }),
      'did you mean inputs?',
    ],
    [
      'cells',
      () => findTask('single-module').cell({ ...cell, ranges: [{ ...pair, test: 1 }] } as never),
      "ranges[0] has no option 'test'",
    ],
    [
      'tasks',
      () => expressionTask({ expr: 'x0', range: [1, 2] } as never),
      "'expr'; did you mean expression?",
    ],
    [
      'tasks',
      () => expressionTask({ expression: 'x0' } as never),
      'expressionTask() has no range; it must be a range',
    ],
    [
      'tasks',
      () => expressionBenchmark({ expression: 'x0', range: [pair] } as never),
      "'range'; did you mean ranges?",
    ],
    [
      'tasks',
      () =>
        sumsTask({
          inputs: 2,
          operation: 'pow',
          ranges: [[1, 2]],
          a: { from: 0, to: 1 },
          b: { from: 1, to: 2 },
        } as never),
      "operation is 'pow'; it must be 'add', 'sub'",
    ],
    [
      'formulas',
      () => formulaOf(stack, parameters, { names: ['a'] } as object),
      "formulaOf() has no option 'names'",
    ],
    [
      'formulas',
      () => snapFormula(stack, parameters, table, { tolerance: 0.1 } as object),
      "'tolerance'; did you mean tolerances?",
    ],
    [
      'formulas',
      () => snapFormula(stack, parameters, { ...table, z: 1 } as never),
      "the table has no option 'z'",
    ],
    [
      'exports',
      () => toPython({ model: stack, parameter: parameters } as never),
      "'parameter'; did you mean parameters?",
    ],
    ['exports', () => toJavaScript({ model: stack } as never), 'a model to export has no parameters'],
    [
      'exports',
      () => toOnnx({ model: stack, parameters, column: {} } as never),
      "'column'; did you mean columns?",
    ],
    ['tables', () => writeCsv(tableOf({ a: [1] }), { delimeter: ';' } as object), 'did you mean delimiter?'],
    ['models', () => modelFromJson('{}', { unit: [] } as object), "'unit'; did you mean units?"],
    [
      'models',
      () => saveModel({ model: stack, parameters, note: {} } as never),
      "'note'; did you mean notes?",
    ],
    [
      'models',
      () => saveModel({ model: stack, parameters, notes: { a: 1 } } as never),
      'notes.a is 1; it must be a text',
    ],
    [
      'checkpoints',
      () => ensembleCheckpoints({} as never, 'a'),
      'store is an object; it must be a store with read',
    ],
    [
      'units',
      () => defineUnit({ name: 'Own', shadr: {} } as never),
      "a unit has no option 'shadr'; did you mean shader?",
    ],
    [
      'units',
      () => defineUnit({ ...findUnit('NAC'), name: 'Own', recipe: { lr: 1 } } as never),
      "recipe has no option 'lr'; did you mean learningRate?",
    ],
  ];
  it.each(wrong)('%s: unknown and wrong options are refused', (_, action, message) => {
    expect(refusal(action)).toContain(message);
  });

  it('fit and requestGpu refuse them before anything is asked of a device', async () => {
    const gpu = { checkSize() {} } as unknown as Gpu;
    const table = tableOf({ a: [1, 2], b: [1, 2] });
    await expect(fitTable(gpu, table, { targt: 'b' } as never)).rejects.toThrow(
      "'targt'; did you mean target?",
    );
    await expect(fitTable(gpu, table, { target: 'b', split: { kind: 'first' } } as never)).rejects.toThrow(
      "split.kind is 'first'; it must be 'magnitude'",
    );
    await expect(fitTable(gpu, table, { target: 'b', seconds: '5' } as never)).rejects.toThrow(
      "seconds is '5'",
    );
    await expect(fitTable(Promise.resolve(gpu) as never, table, { target: 'b' })).rejects.toThrow(
      'gpu is a promise',
    );
    await expect(requestGpu({ powerPreferences: 'low-power' } as never)).rejects.toThrow(
      'did you mean powerPreference?',
    );
    await expect(requestGpu({ limits: 'max' } as never)).rejects.toThrow(
      "limits is 'max'; it must be 'adapter' or",
    );
    await expect(nodeGpu({ adapter: 'sofware' } as never)).rejects.toThrow("did you mean 'software'?");
  });

  it('models are exported as they were loaded, notes included', () => {
    const saved = loadModel(saveModel({ model: stack, parameters, notes: { by: 'a test' } }));
    expect(toPython(saved)).toBe(toPython({ model: stack, parameters }));
  });
});
