import { describe, expect, it } from 'vitest';
import { Arena } from '../../src/gpu/arena.ts';
import {
  BusyError,
  createEnsemble,
  createModel,
  createTiledModel,
  DisposedError,
  GpuValidationError,
  type Model,
  OutOfMemoryError,
  requestGpu,
} from '../../src/index.ts';
import { bitsOf } from '../support/compare.ts';
import { useGpu } from '../support/gpu.ts';

const gpu = useGpu();

const description = { inputs: 2, layers: [{ unit: 'NALU' as const, outputs: 1 }], seed: 4 };
const x = [
  [1, 2],
  [3, 4],
];
const y = [[2], [12]];
const forever = { x, y, steps: 1e9 };

/** What a model of the same Gpu predicts: the same, whatever happens to others. */
async function expectWell(): Promise<void> {
  using other = createModel(gpu(), description);
  const before = bitsOf(await other.predict(x));
  await other.train({ x, y, steps: 3, learningRate: 0 });
  expect(bitsOf(await other.predict(x))).toEqual(before);
  await gpu().finished();
}

/** Settles a little later than a run has begun. */
const moment = () => new Promise((resolve) => setTimeout(resolve, 20));

describe('disposing what is busy', () => {
  const busy: [string, (model: Model) => Promise<unknown>][] = [
    ['train', (model) => model.train(forever)],
    ['train in mini-batches', (model) => model.train({ ...forever, batch: 1 })],
    ['predict', (model) => model.predict(new Float32Array(800_000))],
    ['gradients', (model) => model.gradients({ x, dy: y })],
    ['weights', (model) => model.weights()],
    ['createTrainer', (model) => model.createTrainer({ x, y })],
    ['trainer.run', async (model) => (await model.createTrainer({ x, y })).run(1e9)],
    [
      'predictBatches',
      async (model) => {
        for await (const _ of model.predictBatches(Array.from({ length: 1e5 }, () => x)));
      },
    ],
  ];

  it.each(busy)('at once: %s rejects, and others go on', async (_, start) => {
    const bytes = gpu().bytes;
    const model = createModel(gpu(), description);
    const work = start(model);
    model.dispose();
    await expect(work).rejects.toThrow(DisposedError);
    expect(gpu().bytes).toBe(bytes);
    await expectWell();
  });

  it.each(busy.filter(([name]) => /train|predictBatches/.test(name) && name !== 'createTrainer'))(
    'in the middle: %s rejects, and others go on',
    async (_, start) => {
      const bytes = gpu().bytes;
      const model = createModel(gpu(), description);
      await model.predict(x);
      const work = start(model);
      setTimeout(() => model.dispose(), 50);
      await expect(work).rejects.toThrow(/this model was disposed/);
      expect(gpu().bytes).toBe(bytes);
      await expectWell();
    },
  );

  it('a trainer in mid-run leaves its model usable', async () => {
    using model = createModel(gpu(), description);
    const trainer = await model.createTrainer({ x, y });
    const run = trainer.run(1e9);
    await moment();
    trainer.dispose();
    await expect(run).rejects.toThrow(/this trainer was disposed/);
    expect((await model.train({ x, y, steps: 2 })).losses).toHaveLength(2);
    await expectWell();
  });

  it('a model before its trainer runs is told to the trainer', async () => {
    const model = createModel(gpu(), description);
    const trainer = await model.createTrainer({ x, y });
    model.dispose();
    await expect(trainer.run(1)).rejects.toThrow(/this model was disposed/);
    trainer.dispose();
    await expectWell();
  });

  it('on a page that mounts, unmounts and mounts again', async () => {
    const mount = () => {
      const model = createModel(gpu(), description);
      const done = model.train({ x, y, steps: 200 }).catch((error: unknown) => error);
      return { done, unmount: () => model.dispose() };
    };
    const first = mount();
    first.unmount();
    const second = mount();
    expect(await first.done).toBeInstanceOf(DisposedError);
    expect(await second.done).toMatchObject({ steps: 200 });
    second.unmount();
    await expectWell();
  });

  it('a model while its tiles are measured', async () => {
    const model = createTiledModel(gpu(), description, { tiles: 'calibrate' });
    const run = model.train(forever);
    model.dispose();
    await expect(run).rejects.toThrow(DisposedError);
    await expectWell();
  });

  it('an ensemble', async () => {
    const { inputs, layers } = description;
    const ensemble = await createEnsemble(gpu(), { model: { inputs, layers }, seeds: { count: 3 }, x, y });
    const run = ensemble.run(1e9);
    await moment();
    ensemble.dispose();
    await expect(run).rejects.toThrow(/this ensemble was disposed/);
    await expectWell();
  });

  it('a Gpu rejects the work of all its models', async () => {
    const own = await requestGpu();
    const runs = [1, 2].map(() => createModel(own, description).train(forever));
    const prediction = createModel(own, description).predict(new Float32Array(800_000));
    await moment();
    own.dispose();
    for (const work of [...runs, prediction]) await expect(work).rejects.toThrow(/this Gpu was disposed/);
    expect(own.bytes).toBe(0);
  });
});

describe('a clone', () => {
  it('has the parameters of that moment, and a life of its own', async () => {
    const model = createModel(gpu(), description);
    await model.train({ x, y, steps: 10, learningRate: 0.1 });
    const before = bitsOf(await model.predict(x));
    using clone = model.clone();
    await model.train({ x, y, steps: 10, learningRate: 0.1 });
    expect(bitsOf(await clone.predict(x))).toEqual(before);
    expect(bitsOf(await model.predict(x))).not.toEqual(before);
    model.dispose();
    expect(() => model.clone()).toThrow(DisposedError);
    await clone.train({ x, y, steps: 2 });
    await expectWell();
  });
});

describe('a fault', () => {
  it('of one arena ends that arena, and nothing else', async () => {
    const arena = new Arena(gpu(), 'this test');
    const part = new Arena(arena, 'its part');
    const buffer = arena.values('values', 4);
    const before = gpu().bytes;
    part.values('more values', 4);
    // Copying beyond a buffer's end is invalid.
    const read = part.read(buffer, 8, 64);
    await expect(read).rejects.toThrow(GpuValidationError);
    expect(() => part.check()).toThrow(GpuValidationError);
    expect(gpu().bytes).toBe(before);
    expect([...(await arena.readFloats(buffer))]).toEqual([0, 0, 0, 0]);
    arena.dispose();
    await expectWell();
  });
});

describe('memory that runs out', () => {
  /** Takes what memory there is, in buffers as large as they can be. */
  async function fill(own: Awaited<ReturnType<typeof requestGpu>>): Promise<number> {
    const count = own.device.limits.maxStorageBufferBindingSize / 4;
    for (let taken = 0; taken < 1000; taken++) {
      const arena = new Arena(own, 'this hog');
      const before = own.bytes;
      arena.values('hog', count);
      const error = await arena.sound().catch((reason: unknown) => reason);
      if (error === undefined) continue;
      expect(error).toBeInstanceOf(OutOfMemoryError);
      expect(own.bytes).toBe(before);
      return 4 * count;
    }
    throw new Error('this device has no end of memory');
  }

  it('at createModel is told by the model, and leaves the Gpu usable', async () => {
    const own = await requestGpu();
    const size = await fill(own);
    const bytes = own.bytes;
    const create = own.device.createBuffer;
    // As a model of so many parameters would, without the time it takes to draw them.
    own.device.createBuffer = (wanted) => create.call(own.device, { ...wanted, size });
    const model = createModel(own, description);
    own.device.createBuffer = create;
    await expect(model.predict(x)).rejects.toThrow(OutOfMemoryError);
    await expect(model.train({ x, y, steps: 1 })).rejects.toThrow(OutOfMemoryError);
    expect(own.bytes).toBe(bytes);
    using small = createModel(own, description);
    using same = createModel(gpu(), description);
    expect(bitsOf(await small.predict(x))).toEqual(bitsOf(await same.predict(x)));
    own.dispose();
  });
});

describe('one model', () => {
  it('is not trained twice at a time', async () => {
    using model = createModel(gpu(), description);
    using alone = createModel(gpu(), description);
    const options = { x, y, steps: 50, learningRate: 0.01 };
    const first = model.train(options);
    await expect(model.train(options)).rejects.toThrow(BusyError);
    await expect(model.train(options)).rejects.toThrow(/already being trained; wait for it or abort it/);
    const report = await first;
    expect(bitsOf(report.losses)).toEqual(bitsOf((await alone.train(options)).losses));
    expect((await model.train(options)).losses).toHaveLength(50);
  });

  it('keeps its parameters to its training while that goes on', async () => {
    using model = createModel(gpu(), description);
    using alone = createModel(gpu(), description);
    const weights = await model.weights();
    const options = { x, y, steps: 50, learningRate: 0.01 };
    const training = model.train(options);
    expect(() => model.setParameters(weights)).toThrow(BusyError);
    expect(() => model.reset()).toThrow(BusyError);
    expect(bitsOf((await training).losses)).toEqual(bitsOf((await alone.train(options)).losses));
    model.reset();
    expect((await model.weights())[0]?.parameters).toEqual(weights[0]?.parameters);
  });

  it('is not trained by two trainers, or a trainer and train, at a time', async () => {
    using model = createModel(gpu(), description);
    using one = await model.createTrainer({ x, y });
    using two = await model.createTrainer({ x, y });
    const run = one.run(500);
    await expect(two.run(1)).rejects.toThrow(BusyError);
    await expect(model.train({ x, y, steps: 1 })).rejects.toThrow(BusyError);
    await run;
    await two.run(1);
  });

  it('can be trained again after a training that failed', async () => {
    using model = createModel(gpu(), description);
    await expect(model.train({ x, y, steps: 1, batch: 7 })).rejects.toThrow(/batch is 7/);
    expect((await model.train({ x, y, steps: 1 })).losses).toHaveLength(1);
  });
});
