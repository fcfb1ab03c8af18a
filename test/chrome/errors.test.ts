import { describe, expect, it } from 'vitest';
import { Arena } from '../../src/gpu/arena.ts';
import {
  AbortedError,
  createModel,
  DataError,
  DeviceLostError,
  DisposedError,
  LimitError,
  type ModelDescription,
  NoAdapterError,
  NoWebGpuError,
  OptionError,
  requestGpu,
  ShaderError,
  type TrainingReport,
  type TrainOptions,
} from '../../src/index.ts';
import { bitsOf } from '../support/compare.ts';
import { useGpu } from '../support/gpu.ts';

const gpu = useGpu();

const valid: ModelDescription = { inputs: 2, layers: [{ unit: 'NALU', outputs: 1 }] };
const x = [
  [1, 2],
  [3, 4],
];
const y = [[2], [12]];

describe('a model description', () => {
  const layer = { unit: 'NALU', outputs: 1 };
  const wrong: [string, unknown, RegExp][] = [
    ['no layers', { inputs: 2, layers: [] }, /at least one layer/],
    ['no inputs', { inputs: 0, layers: [layer] }, /inputs is 0; it must be a whole number/],
    ['fractional inputs', { inputs: 1.5, layers: [layer] }, /inputs is 1\.5/],
    [
      'fractional outputs',
      { inputs: 2, layers: [{ ...layer, outputs: 2.5 }] },
      /layers\[0\]\.outputs is 2\.5/,
    ],
    [
      'an unknown unit',
      { inputs: 2, layers: [{ ...layer, unit: 'NALE' }] },
      /no unit 'NALE'; did you mean 'NALU'\? Known units: NAC/,
    ],
    [
      'an unknown option',
      { inputs: 2, layers: [{ ...layer, options: { eps: 1 } }] },
      /options\) has no option 'eps'; did you mean epsilon/,
    ],
    ['an option of NaN', { inputs: 2, layers: [{ ...layer, options: { epsilon: Number.NaN } }] }, /finite/],
    [
      'an unknown initialisation',
      { inputs: 2, layers: [{ ...layer, initialization: 'x' }] },
      /initialization is 'x'; it must be 'article'/,
    ],
    [
      'a partial initialisation',
      { inputs: 2, layers: [{ ...layer, initialization: {} }] },
      /no initial values for parameter W_hat of NALU/,
    ],
    ['a negative seed', { ...valid, seed: -1 }, /seed is -1/],
  ];
  it.each(wrong)('with %s is refused', (_, description, message) => {
    const create = () => createModel(gpu(), description as ModelDescription);
    expect(create).toThrow(OptionError);
    expect(create).toThrow(message);
  });

  it('too large for the adapter is refused with the limit and the size', () => {
    const bytes = gpu().bytes;
    const create = () => createModel(gpu(), { inputs: 20_000, layers: [{ unit: 'NALU', outputs: 20_000 }] });
    expect(create).toThrow(LimitError);
    expect(create).toThrow(/maxStorageBufferBindingSize is \d+ on this adapter, but 4800000000 is needed/);
    expect(gpu().bytes).toBe(bytes);
  });
});

describe('data', () => {
  const wrong: [string, unknown, RegExp][] = [
    ['no rows', [], /x has no rows/],
    ['a row too short', [[1, 2], [3]], /x, row 1: has 1 values; the model needs 2/],
    ['NaN', [[1, Number.NaN]], /x, row 0, column 1: NaN is not a finite/],
    ['infinity', [[Number.POSITIVE_INFINITY, 0]], /row 0, column 0: Infinity/],
    ['a number beyond float32', [[1, 1e39]], /row 0, column 1: 1e\+39/],
    ['text', [['1', 2]], /row 0, column 0: '1' is not/],
    ['a hole', [[1, 2], undefined], /row 1: expected an array of 2 numbers/],
    [
      'a flat array of the wrong length',
      Float32Array.of(1, 2, 3),
      /3 values, which is not a multiple of its 2/,
    ],
    ['something else', 'abc', /x is 'abc'; it must be an array of rows/],
  ];
  it.each(wrong)('with %s is refused before it reaches the GPU', async (_, data, message) => {
    using model = createModel(gpu(), valid);
    const bytes = gpu().bytes;
    await expect(model.predict(data as number[][])).rejects.toThrow(DataError);
    await expect(model.train({ x: data as number[][], y, steps: 1 })).rejects.toThrow(message);
    expect(gpu().bytes).toBe(bytes);
  });

  it('with different numbers of rows is refused', async () => {
    using model = createModel(gpu(), valid);
    await expect(model.train({ x, y: [[1]], steps: 1 })).rejects.toThrow(/x has 2 rows but y has 1/);
    await expect(model.gradients({ x, dy: [[1]] })).rejects.toThrow(DataError);
  });

  it('of parameters is checked', () => {
    using model = createModel(gpu(), valid);
    const good = { W_hat: [1, 1], M_hat: [1, 1], G: [0, 0] };
    expect(() => model.setParameters([])).toThrow(/for 0 layers/);
    expect(() => model.setParameters([{ W_hat: [1, 1] }])).toThrow(/parameter M_hat of NALU is missing/);
    expect(() => model.setParameters([{ ...good, G: [1] }])).toThrow(/G has 1 values; shape \[2,1\] needs 2/);
    expect(() => model.setParameters([{ ...good, G: [1, Number.NaN] }])).toThrow(/G has NaN at index 1/);
    const turned = { shape: [1, 2], data: [0, 0] };
    expect(() => model.setParameters([{ ...good, G: turned }])).toThrow(
      /G has the shape \[1,2\]; it must be \[2,1\]/,
    );
    expect(() => model.setParameters([{ ...good, H: [1] }])).toThrow(
      /NALU has no parameter H; it has: W_hat, M_hat, G/,
    );
    expect(() => model.setParameters([{ ...good, constructor: [1] }])).toThrow(/no parameter constructor/);
  });
});

describe('training options', () => {
  const wrong: [string, Record<string, unknown>, RegExp][] = [
    ['neither steps nor epochs', {}, /either steps or epochs/],
    ['both steps and epochs', { steps: 1, epochs: 1 }, /either steps or epochs/],
    ['zero steps', { steps: 0 }, /steps is 0/],
    ['an unknown loss', { steps: 1, loss: 'l3' }, /loss is 'l3'; it must be 'meanSquared'/],
    ['an unknown optimiser', { steps: 1, optimizer: 'adan' }, /optimizer is 'adan'; did you mean 'adam'/],
    [
      'an unknown hyper-parameter',
      { steps: 1, optimizer: { name: 'adam', beta3: 1 } },
      /optimizer has no option 'beta3'/,
    ],
    [
      'a bad hyper-parameter',
      { steps: 1, optimizer: { name: 'adam', beta1: 'x' } },
      /optimizer\.beta1 is 'x'/,
    ],
    ['a negative learning rate', { steps: 1, learningRate: -1 }, /learningRate is -1/],
    [
      'a bad learning rate later',
      { steps: 9, learningRate: (s: number) => (s < 5 ? 1 : Number.NaN) },
      /at step 5/,
    ],
    ['a batch larger than the data', { steps: 1, batch: 3 }, /batch is 3, but the data has only 2 rows/],
    ['a fractional batch', { steps: 1, batch: 1.5 }, /batch is 1\.5/],
    ['a bad seed', { steps: 1, seed: 2 ** 32 }, /seed is 4294967296/],
    [
      'an unknown schedule',
      { steps: 1, regularizers: [{ strength: 1, reduction: 'mean', schedule: { kind: 'cosine' } }] },
      /schedule\.kind is 'cosine'; it must be 'constant', 'linear'/,
    ],
    [
      'a schedule without its numbers',
      {
        steps: 1,
        regularizers: [{ strength: 1, reduction: 'mean', schedule: { kind: 'linear', start: 1 } }],
      },
      /schedule has no end/,
    ],
    [
      'more penalties than layers',
      { steps: 1, regularizers: [null, null] },
      /regularizers has 2 entries; the model has 1 layers/,
    ],
    ['a bound of zero for the gradient', { steps: 1, clipGradient: 0 }, /clipGradient is 0/],
  ];
  it.each(wrong)('with %s are refused', async (_, options, message) => {
    using model = createModel(gpu(), valid);
    const bytes = gpu().bytes;
    await expect(model.train({ x, y, ...options } as unknown as TrainOptions)).rejects.toThrow(OptionError);
    await expect(model.train({ x, y, ...options } as unknown as TrainOptions)).rejects.toThrow(message);
    expect(gpu().bytes).toBe(bytes);
  });
});

describe('abort', () => {
  it('before the start rejects, and names the reason', async () => {
    using model = createModel(gpu(), valid);
    const reason = new Error('changed my mind');
    const run = model.train({ x, y, steps: 10, signal: AbortSignal.abort(reason) });
    const error = await run.then(null, (error: AbortedError<TrainingReport>) => error);
    expect(error).toBeInstanceOf(AbortedError);
    expect(error).toMatchObject({ cause: reason, message: 'the training was aborted: changed my mind' });
    expect((error as AbortedError<TrainingReport>).report).toMatchObject({
      status: 'aborted',
      steps: 0,
      losses: [],
    });
  });

  it('in the middle leaves a usable model and frees the buffers of the run', async () => {
    using model = createModel(gpu(), valid);
    const bytes = gpu().bytes;
    const controller = new AbortController();
    const initial = bitsOf((await model.weights())[0]?.parameters.W_hat?.data ?? []);
    const run = model.train({
      x,
      y,
      steps: 1e7,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(run).rejects.toThrow(/abort/i);
    expect(gpu().bytes).toBe(bytes);
    expect(bitsOf((await model.weights())[0]?.parameters.W_hat?.data ?? [])).not.toEqual(initial);
    const report = await model.train({ x, y, steps: 5 });
    expect(report.losses).toHaveLength(5);
    model.reset();
    expect(bitsOf((await model.weights())[0]?.parameters.W_hat?.data ?? [])).toEqual(initial);
  });

  it('does not let a trainer run twice at once', async () => {
    using model = createModel(gpu(), valid);
    using trainer = await model.createTrainer({ x, y });
    const first = trainer.run(2000);
    await expect(trainer.run(1)).rejects.toThrow(/already being trained/);
    await first;
  });
});

describe('the device', () => {
  it('that is missing is a typed error that says what to do', async () => {
    const none = { requestAdapter: async () => null } as unknown as GPU;
    await expect(requestGpu({ gpu: none })).rejects.toThrow(NoAdapterError);
    await expect(requestGpu({ gpu: none })).rejects.toThrow(/driver/);
    const real = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
    Object.defineProperty(globalThis, 'navigator', { value: {}, configurable: true });
    try {
      await expect(requestGpu()).rejects.toThrow(NoWebGpuError);
    } finally {
      if (real) Object.defineProperty(globalThis, 'navigator', real);
      else Reflect.deleteProperty(globalThis, 'navigator');
    }
  });

  it('that is lost rejects what waits and whatever comes after', async () => {
    const own = await requestGpu();
    const model = createModel(own, valid);
    const run = model.train({ x, y, steps: 1e7 });
    setTimeout(() => own.device.destroy(), 50);
    await expect(run).rejects.toThrow(DeviceLostError);
    expect(await own.lost).toBeInstanceOf(DeviceLostError);
    await expect(model.predict(x)).rejects.toThrow(/request a new Gpu/);
    expect(() => createModel(own, valid)).toThrow(DeviceLostError);
    own.dispose();
  });

  it('that is lost while its results are read says so in the same words', async () => {
    const own = await requestGpu();
    const arena = new Arena(own, 'this test');
    const buffer = arena.values('values', 1024);
    for (let i = 0; i < 3; i += 1) await arena.read(buffer);
    const reads = [arena.read(buffer), arena.read(buffer)];
    own.device.destroy();
    const results = await Promise.allSettled(reads);
    expect(
      results.map((result) => result.status === 'rejected' && result.reason instanceof DeviceLostError),
    ).toEqual([true, true]);
    own.dispose();
  });

  it('that was disposed says so', async () => {
    const own = await requestGpu();
    const model = createModel(own, valid);
    own.dispose();
    own.dispose();
    await expect(model.predict(x)).rejects.toThrow(DisposedError);
    const live = createModel(gpu(), valid);
    live.dispose();
    await expect(live.predict(x)).rejects.toThrow(/this model was disposed/);
    await expect(live.createTrainer({ x, y })).rejects.toThrow(DisposedError);
  });

  it('shows the line of a shader that does not compile', async () => {
    const own = await requestGpu();
    const source = { label: 'bad', code: 'fn main() {\n  let a = ;\n}', bindings: {} };
    const failure = await own.kernel(source).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ShaderError);
    expect(String(failure)).toMatch(/shader 'bad' does not compile:\n.*line 2[\s\S]*> +2 \| {3}let a = ;/);
    own.dispose();
  });
});
