import { describe, expect, it, vi } from 'vitest';
import type { AnyTiling } from '../../shaders/kernels/contraction.ts';
import { isPacked } from '../../shaders/kernels/packed.ts';
import { candidates } from '../../src/engines/layered/candidates.ts';
import { trainingContractions } from '../../src/engines/layered/layer-contractions.ts';
import type { NamedLayer } from '../../src/engines/layered/layers.ts';
import { Trial } from '../../src/engines/layered/trial.ts';
import {
  createModel,
  createTiledModel,
  findUnit,
  Gpu,
  type ModelDescription,
  OptionError,
  type TileChoice,
  type TileOptions,
} from '../../src/index.ts';
import { resolveModel } from '../../src/model/description.ts';
import { losses, lossShader } from '../../src/model/losses.ts';
import { createRandom } from '../../src/random.ts';
import { bitsOf, relativeError } from '../support/compare.ts';
import { compareUnit, parameterShapes } from '../support/compare-unit.ts';
import { useGpu } from '../support/gpu.ts';

const gpu = useGpu();

/** As for the tilings of the rule. */
const BOUND = 2e-5;

const kernels = ['forward', 'inputs', 'weights'] as const;

/** Tilings that have every value of every field that those of `list` have, larger ones first. */
function covering(list: readonly AnyTiling[]): AnyTiling[] {
  const seen = new Set<string>();
  return [...list].reverse().filter((tiling) => {
    const fields = Object.entries(tiling).map(String);
    const taken = fields.some((field) => !seen.has(field));
    for (const field of fields) seen.add(field);
    return taken;
  });
}

/** Tiling `index` of each kernel of a layer, or its last, as a model takes them; undefined beyond the last of all. */
function tilesOf(device: Gpu, layer: NamedLayer, rows: number, index: number): TileChoice[] | undefined {
  const lists = kernels.map((kernel) => covering(candidates(device, layer, kernel, rows)));
  if (lists.every((list) => index >= list.length)) return undefined;
  return kernels.map((kernel, k) => {
    const list = lists[k] ?? [];
    const tiling = list[Math.min(index, list.length - 1)] as (typeof list)[number];
    return { layer: 0, kernel, rows: 2 ** Math.ceil(Math.log2(rows)), tiling };
  });
}

const layer = { unit: 'NAC' as const, outputs: 7 };
const description: ModelDescription = { inputs: 5, layers: [layer], seed: 3 };
const rows = Array.from({ length: 37 }, (_, row) =>
  Array.from({ length: 7 }, (_, k) => ((row * 7 + k) % 11) / 7),
);
const data = { x: rows.map((row) => row.slice(0, 5)), y: rows };

/** A Gpu that knows nothing of what was calibrated on the device before. */
const fresh = (): Gpu => new Gpu(gpu().device, gpu().adapter);

/** Candidates' tilings as JSON, of a kernel of the model above. */
const listOf = (device: Gpu, kernel: TileChoice['kernel']): string[] => {
  const { options, shader } = findUnit('NAC');
  const place = { name: 'NAC', unit: shader(options), inputs: 5, outputs: 7, index: 0, packed: false };
  return candidates(device, place, kernel, 37).map((tiling) => JSON.stringify(tiling));
};

/** Losses and parameters after some steps, the tiles, and how often work was submitted before the first step. */
async function train(device: Gpu, options: TileOptions) {
  using model = createTiledModel(device, description, options);
  const submit = vi.spyOn(device.device.queue, 'submit');
  let submits = 0;
  const creating = model.createTrainer({ ...data, learningRate: 0.01 }).finally(() => {
    submits = submit.mock.calls.length;
    submit.mockRestore();
  });
  using trainer = await creating;
  await trainer.run(20);
  const [weights] = await model.weights();
  const parameters = Object.values(weights?.parameters ?? {}).flatMap(({ data }) => [...data]);
  const { losses } = trainer;
  return { losses, bits: bitsOf([...losses, ...parameters]), tiles: model.tiles, submits };
}

function memoryStore() {
  const kept = new Map<string, Uint8Array>();
  return {
    kept,
    read: async (name: string) => kept.get(name),
    write: async (name: string, bytes: Uint8Array) => {
      kept.set(name, bytes);
    },
  };
}

const calibrate = (calibration: TileOptions['calibration'] = {}): TileOptions => ({
  tiles: 'calibrate',
  calibration: { budget: 60_000, ...calibration },
});

describe('calibration', () => {
  it('takes candidates, once for a device, and frees what it allocates', async () => {
    const bytes = gpu().bytes;
    const first = await train(gpu(), calibrate());
    expect(first.submits).toBeGreaterThan(0);
    expect(first.tiles.map(({ layer, kernel, rows }) => [layer, kernel, rows])).toEqual([
      [0, 'forward', 64],
      [0, 'weights', 64],
    ]);
    for (const { kernel, tiling } of first.tiles) {
      expect(listOf(gpu(), kernel)).toContain(JSON.stringify(tiling));
    }
    expect(gpu().bytes).toBe(bytes);
    const second = await train(gpu(), calibrate());
    expect(second.submits).toBe(0);
    expect(second).toMatchObject({ tiles: first.tiles, bits: first.bits });
  });

  it('can be repeated to the bit by the tiles it reports, whatever they are', async () => {
    const last = (kernel: TileChoice['kernel']) => JSON.parse(listOf(gpu(), kernel).at(-1) ?? '');
    const tiles = (['forward', 'weights'] as const).map((kernel) => ({
      layer: 0,
      kernel,
      rows: 64,
      tiling: last(kernel),
    }));
    const first = await train(gpu(), { tiles });
    expect(first.tiles).toEqual(tiles);
    const second = await train(gpu(), { tiles: JSON.parse(JSON.stringify(first.tiles)) });
    expect(second.bits).toEqual(first.bits);
    const rule = await train(gpu(), {});
    expect(rule.tiles).not.toEqual(tiles);
    expect(relativeError(first.losses, rule.losses)).toBeLessThan(BOUND);
  });

  it('is kept in a store, where another session finds it; what makes no sense there is measured again', async () => {
    const store = memoryStore();
    const first = await train(fresh(), calibrate({ store }));
    expect([...store.kept.keys()]).toEqual([
      expect.stringMatching(/^tiles-[0-9a-f]{16}\.json$/),
      expect.stringMatching(/^tiles-/),
    ]);
    const second = await train(fresh(), calibrate({ store }));
    expect(second).toMatchObject({ submits: 0, tiles: first.tiles });
    const [one, other] = [...store.kept];
    if (!one || !other) throw new Error('the store has two entries');
    // What is no JSON, and what is about another kernel.
    for (const bytes of [Uint8Array.of(123, 0), other[1]]) {
      store.kept.set(one[0], bytes);
      expect((await train(fresh(), calibrate({ store }))).submits).toBeGreaterThan(0);
      expect(JSON.parse(new TextDecoder().decode(store.kept.get(one[0])))).toMatchObject({
        key: expect.stringContaining('"forward"'),
        tried: listOf(gpu(), 'forward').length,
      });
    }
  });

  it('takes the rule where it has no time', async () => {
    const store = memoryStore();
    const none = await train(fresh(), calibrate({ budget: 0, store }));
    expect(none).toMatchObject({ submits: 0, tiles: (await train(gpu(), {})).tiles });
    expect(store.kept.size).toBe(0);
  });

  it('ends when its time is up, and goes on from there the next time', async () => {
    const store = memoryStore();
    const tried = () =>
      [...store.kept.values()].map((bytes) => JSON.parse(new TextDecoder().decode(bytes)).tried);
    // Ten seconds between any two looks at the clock: each kernel has time for one challenger.
    let looks = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => 10_000 * looks++);
    await train(fresh(), calibrate({ budget: 700_000, store })).finally(() => clock.mockRestore());
    expect(tried()).toEqual([2, 2]);
    expect((await train(fresh(), calibrate({ store }))).submits).toBeGreaterThan(0);
    expect(tried()).toEqual([listOf(gpu(), 'forward').length, listOf(gpu(), 'weights').length]);
  });

  it('ends when its signal says so, and leaves the model usable', async () => {
    const device = fresh();
    const bytes = device.bytes;
    const reason = new Error('enough');
    const controller = new AbortController();
    const submit = vi.spyOn(device.device.queue, 'submit').mockImplementationOnce((buffers) => {
      submit.mockRestore();
      controller.abort(reason);
      device.device.queue.submit(buffers);
    });
    using model = createTiledModel(device, description, calibrate());
    const { signal } = controller;
    await expect(model.train({ ...data, steps: 1, signal })).rejects.toMatchObject({ cause: reason });
    model.dispose();
    expect(device.bytes).toBe(bytes);
    expect((await train(device, {})).bits).toHaveLength(20 + 2 * 5 * 7);
  });

  it('of a prediction and of gradients gives the results of the rule', async () => {
    using model = createTiledModel(gpu(), description, calibrate());
    using plain = createModel(gpu(), description);
    const predicted = await model.predict(data.x);
    expect(model.tiles.map(({ kernel }) => kernel)).toEqual(['forward']);
    const { x } = await model.gradients({ x: data.x, dy: data.y });
    expect(model.tiles.map(({ kernel }) => kernel).sort()).toEqual([...kernels]);
    expect(relativeError(predicted, await plain.predict(data.x))).toBeLessThan(BOUND);
    expect(relativeError(x, (await plain.gradients({ x: data.x, dy: data.y })).x)).toBeLessThan(BOUND);
  });

  it('can run every kernel in buffers of its own: with noise, groups, and parameters of inputs and outputs', async () => {
    const stack = (['MCFC', 'NPU', 'Dense RReLU', 'NAC'] as const).map((unit, index) => ({
      unit,
      outputs: 5 - index,
    }));
    const { layers } = resolveModel({ inputs: 3, layers: stack });
    const named = layers.map(({ record, ...layer }, index) => ({
      ...layer,
      name: record.name,
      index,
      packed: false,
    }));
    const bytes = gpu().bytes;
    const all = trainingContractions(named, {
      loss: { text: lossShader(losses.meanSquared).code('loss'), perRow: false, weighted: false },
      noise: true,
      inputGradient: true,
      open: false,
      trainable: [true, true, true, true],
    });
    expect(all).toHaveLength(12);
    await Promise.all(
      all.map(async (contraction) => {
        const { layer, kernel } = contraction;
        const tiling = candidates(gpu(), layer, kernel, 37)[0] as AnyTiling;
        const trial = await Trial.create(gpu(), contraction, { rows: 37, cols: 7 }, tiling);
        await trial.time(2);
        trial.dispose();
      }),
    );
    expect(gpu().bytes).toBe(bytes);
  });
});

describe('options of tiles', () => {
  const tiling = { threadRows: 2, threadCols: 2, slices: 1, rowsPerThread: 2, colsPerThread: 2, staged: 0 };
  const choice = { layer: 0, kernel: 'forward', rows: 64, tiling };
  const tiles = (change: object) => ({ tiles: [choice, { ...choice, ...change }] });
  const cut = (change: object) => tiles({ tiling: { ...tiling, ...change } });
  const packed = {
    threadRows: 1,
    threadCols: 4,
    rowsPerThread: 4,
    colsPerThread: 4,
    quartets: 1,
    staged: false,
  };
  const wrong: [string, object, RegExp][] = [
    ['another word', { tiles: 'auto' }, /tiles is 'auto'; it must be 'calibrate' or/],
    ['no object', { tiles: [7] }, /tiles\[0\] is 7; it must be an object/],
    ['an unknown layer', tiles({ layer: 1 }), /tiles\[1\]\.layer is 1; the model has 1 layers/],
    [
      'an unknown kernel',
      tiles({ kernel: 'step' }),
      /tiles\[1\]\.kernel is 'step'; kernels are forward, inputs/,
    ],
    ['other rows', tiles({ rows: 37 }), /tiles\[1\]\.rows is 37; it must be a power of two/],
    ['no tiling', tiles({ tiling: null }), /tiles\[1\]\.tiling is null/],
    [
      'three threads',
      cut({ threadCols: 3 }),
      /tiling\.threadCols is 3; it must be a power of two from 1 to 256/,
    ],
    ['too many threads', cut({ threadRows: 32, threadCols: 32 }), /1024 threads; .* at most 256/],
    ['too many elements', cut({ rowsPerThread: 32, colsPerThread: 32 }), /1024 elements per thread/],
    ['too much memory', cut({ staged: 1024, threadCols: 64 }), /stages \d+ bytes; .* has 16384/],
    ['slices where there are none', cut({ slices: 2 }), /slices is 2; it must be a power of two from 1 to 1/],
    ['a packed tiling', tiles({ tiling: { ...packed, quads: false } }), /has quads; this layer has no use/],
    [
      'a budget of NaN',
      { tiles: 'calibrate', calibration: { budget: Number.NaN } },
      /calibration\.budget is NaN/,
    ],
    [
      'no store',
      { tiles: 'calibrate', calibration: { store: {} } },
      /calibration\.store is an object; it must be a store with read and write/,
    ],
  ];
  it.each(wrong)('with %s are refused', (_, options, message) => {
    const bytes = gpu().bytes;
    const create = () => createTiledModel(gpu(), description, options as TileOptions);
    expect(create).toThrow(OptionError);
    expect(create).toThrow(message);
    expect(gpu().bytes).toBe(bytes);
  });

  it('for a wide layer are refused where they do not fit its blocks', () => {
    const wide = { inputs: 64, layers: [{ unit: 'NAC' as const, outputs: 64 }] };
    const create = (kernel: string, change: object) => () =>
      createTiledModel(gpu(), wide, {
        tiles: [
          { layer: 0, kernel, rows: 64, tiling: { ...packed, quads: false, ...change } },
        ] as TileChoice[],
      });
    create('forward', {})().dispose();
    expect(create('forward', { colsPerThread: 32 })).toThrow(/a tile of 4×128; at most 64×64/);
    expect(create('inputs', { colsPerThread: 2 })).toThrow(/colsPerThread is 2; here it must be at least 4/);
    expect(create('weights', { rowsPerThread: 2 })).toThrow(/rowsPerThread is 2; here it must be at least 4/);
    expect(create('forward', { quads: true, staged: true })).toThrow(/then threadRows must be 1/);
    expect(create('forward', { staged: 1 })).toThrow(/staged is 1; it must be true or false/);
  });
});

/** Gradients in the tiles of the backward passes alone: the forward pass of training would be one more kernel to compile. */
const apart = (tiles: readonly TileChoice[]) => ({
  predict: { tiles },
  gradients: { tiles: tiles.filter(({ kernel }) => kernel !== 'forward') },
});

describe('tilings that calibration tries, every size of them', () => {
  const shapes = [
    ['NAC', 67, 71, 65],
    ['NAC', 37, 5, 7],
    ['NALU', 211, 3, 1],
    ['NALU', 1, 11, 13],
  ] as const;
  const cases = shapes.flatMap((shape) =>
    (['this adapter', 'a GPU'] as const).map((on) => [on, ...shape] as const),
  );

  it.each(cases)(
    'agrees with float64 on %s: %s, %i rows, %i → %i',
    async (on, name, rows, inputs, outputs) => {
      const { device, adapter } = gpu();
      const own = on === 'a GPU' ? new Gpu(device, { ...adapter, software: false }) : gpu();
      const { options, shader } = findUnit(name);
      const unit = shader(options);
      const layer = { name, unit, inputs, outputs, index: 0, packed: isPacked({ unit, inputs, outputs }) };
      const random = createRandom(5);
      const values = (count: number, low: number, high: number) =>
        Float32Array.from({ length: count }, () => random.uniform(low, high));
      const shapes = await parameterShapes(own, name, inputs, outputs);
      const unitCase = {
        unit: name,
        inputs,
        outputs,
        x: values(rows * inputs, 0.5, 1.5),
        dy: values(rows * outputs, -2, 2),
        parameters: Object.fromEntries(shapes.map(({ name, size }) => [name, values(size, 0.1, 0.3)])),
      };
      const all: TileChoice[][] = [];
      for (let tiles = tilesOf(own, layer, rows, 0); tiles; tiles = tilesOf(own, layer, rows, all.length)) {
        all.push(tiles);
      }
      expect(all.length).toBeGreaterThan(1);
      // Together, as compiling is what takes long.
      const errors = await Promise.all(all.map((tiles) => compareUnit(own, unitCase, apart(tiles))));
      errors.forEach((found, index) => {
        for (const [what, error] of Object.entries(found)) {
          expect(error, `${what} in ${JSON.stringify(all[index])}`).toBeLessThanOrEqual(BOUND);
        }
      });
    },
  );
});
