import { describe, expect, it } from 'vitest';
import { NOISE_STREAMS } from '../../shaders/kernels/layer.ts';
import {
  type Batch,
  BusyError,
  createModel,
  DataError,
  DisposedError,
  type ModelDescription,
  OptionError,
  type StepTrainer,
  type TrainerState,
} from '../../src/index.ts';
import { bits4, createRandom, unit as unitOf } from '../../src/random.ts';
import { add, type Matrix64, matmul, matrix, mul, type Reference } from '../reference/autodiff.ts';
import { rowsOf } from '../reference/operations.ts';
import { type ReferenceLayer, trainReference } from '../reference/training.ts';
import { bitsOf, relativeError } from '../support/compare.ts';
import { useGpu } from '../support/gpu.ts';
import { parametersOf } from '../support/model-parameters.ts';

const gpu = useGpu();

const ROWS = 11;
const random = createRandom(31);
const numbers = (count: number) => Float32Array.from({ length: count }, () => random.uniform(0.5, 2));
const { STORAGE, COPY_SRC, COPY_DST } = GPUBufferUsage;

function bufferOf(values: Float32Array): GPUBuffer {
  const buffer = gpu().device.createBuffer({ size: 4 * values.length, usage: STORAGE | COPY_SRC | COPY_DST });
  gpu().device.queue.writeBuffer(buffer, 0, values as Float32Array<ArrayBuffer>);
  return buffer;
}

async function read(buffer: GPUBuffer): Promise<Float32Array> {
  const { device } = gpu();
  const copy = device.createBuffer({ size: buffer.size, usage: COPY_DST | GPUBufferUsage.MAP_READ });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, copy, 0, buffer.size);
  device.queue.submit([encoder.finish()]);
  await copy.mapAsync(GPUMapMode.READ);
  return new Float32Array(copy.getMappedRange().slice(0));
}

const stacks = {
  'NALU 2→1': { inputs: 2, layers: [{ unit: 'NALU', outputs: 1 }], seed: 4 },
  'NAU 2→3, NMU 3→1': {
    inputs: 2,
    layers: [
      { unit: 'NAU', outputs: 3 },
      { unit: 'NMU', outputs: 1 },
    ],
    seed: 5,
  },
} satisfies Record<string, ModelDescription>;

const [x, y] = [numbers(2 * ROWS), numbers(ROWS)];

describe.each(Object.entries(stacks))('%s', (_, description) => {
  const options = { rows: ROWS, learningRate: (step: number) => 0.02 / (1 + step) };

  it('step by step ends where train does', async () => {
    using whole = createModel(gpu(), description);
    const { losses } = await whole.train({ x, y, steps: 12, learningRate: options.learningRate });
    using model = createModel(gpu(), description);
    using trainer = await model.createStepTrainer(options);
    const [bx, by] = [bufferOf(x), bufferOf(y)];
    for (let step = 0; step < 12; step++) trainer.step(step % 2 === 0 ? { x, y } : { x: bx, y: by });
    expect(trainer.steps).toBe(12);
    expect(relativeError(await trainer.losses(12), losses)).toBeLessThan(1e-5);
    expect(relativeError(await parametersOf(model), await parametersOf(whole))).toBeLessThan(1e-5);
  });

  it('in parts, with a gradient made by another kernel in one encoder, ends there, too', async () => {
    const { device } = gpu();
    using whole = createModel(gpu(), description);
    using parted = createModel(gpu(), description);
    using outside = createModel(gpu(), description);
    using trainer = await whole.createStepTrainer(options);
    using parts = await parted.createStepTrainer(options);
    using recorded = await outside.createStepTrainer({ ...options, inputGradient: true });
    const [bx, by, dy] = [bufferOf(x), bufferOf(y), bufferOf(new Float32Array(ROWS))];
    // The gradient of the mean of squares, as another program might compute it.
    const code = `@group(0) @binding(0) var<storage, read> y: array<f32>;
      @group(0) @binding(1) var<storage, read> t: array<f32>;
      @group(0) @binding(2) var<storage, read_write> dy: array<f32>;
      @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
        if (id.x < ${ROWS}u) { dy[id.x] = 2.0 * (y[id.x] - t[id.x]) / ${ROWS}.0; } }`;
    const pipeline = device.createComputePipeline({
      layout: 'auto',
      compute: { module: device.createShaderModule({ code }) },
    });
    const entries = [recorded.y, by, dy].map((buffer, binding) => ({ binding, resource: { buffer } }));
    const group = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
    for (let step = 0; step < 5; step++) {
      const before = await outside.predict(x);
      trainer.step({ x, y });
      parts.forward({ x });
      parts.backward({ y });
      parts.apply();

      const encoder = device.createCommandEncoder();
      recorded.forward({ x: bx, encoder });
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(1);
      pass.end();
      recorded.backward({ dy, encoder });
      const seen = await outside.gradients({
        x,
        dy: before.map((value, k) => (2 * (value - (y[k] as number))) / ROWS),
      });
      recorded.apply({ encoder });
      device.queue.submit([encoder.finish()]);
      expect(bitsOf(await read(recorded.y))).toEqual(bitsOf(before));
      expect(relativeError(await read(recorded.dx as GPUBuffer), seen.x)).toBeLessThan(1e-5);
    }
    expect(bitsOf(await parametersOf(parted))).toEqual(bitsOf(await parametersOf(whole)));
    expect(bitsOf(await parts.losses(5))).toEqual(bitsOf(await trainer.losses(5)));
    expect(relativeError(await parametersOf(outside), await parametersOf(whole))).toBeLessThan(1e-5);
    expect((await recorded.losses(5)).every(Number.isNaN)).toBe(true);
  });
});

describe('a step trainer', () => {
  const description = stacks['NALU 2→1'];

  it('draws the same noise forward and back', async () => {
    const layers = [
      { unit: 'Dense RReLU' as const, outputs: 5 },
      { unit: 'Dense RReLU' as const, outputs: 1 },
    ];
    using model = createModel(gpu(), { inputs: 2, layers, seed: 3 });
    const equation =
      (layer: number) =>
      (step: number): Reference =>
      (input, { W, b }) => {
        const z = add(matmul(input, W as Matrix64), rowsOf(b as Matrix64, input.rows));
        const slopes = z.data.map((value, index) => {
          const noise = unitOf(bits4(9, NOISE_STREAMS.output + layer, step, index)[0]);
          return value > 0 ? 1 : 1 / 8 + (1 / 3 - 1 / 8) * noise;
        });
        return mul(z, matrix(z.rows, z.cols, slopes));
      };
    const reference = (await model.weights()).map(
      ({ unit, parameters }, layer): ReferenceLayer => ({
        unit,
        parameters: Object.fromEntries(
          Object.entries(parameters).map(([name, { shape, data }]) => [
            name,
            { shape, data: Float64Array.from(data) },
          ]),
        ),
        equation: equation(layer),
      }),
    );
    const targets = y.map((value) => -value);
    using trainer = await model.createStepTrainer({
      rows: ROWS,
      optimizer: 'sgd',
      learningRate: 0.0625,
      seed: 9,
    });
    for (let step = 0; step < 4; step++) trainer.step({ x, y: targets });
    const recipe = { optimizer: 'sgd', hyper: { momentum: 0 }, rate: 0.0625 } as const;
    const losses = trainReference(reference, { x, y: targets, rows: ROWS }, 4, recipe);
    expect(relativeError(await trainer.losses(4), losses)).toBeLessThan(2e-5);
    const expected = reference.flatMap(({ parameters }) =>
      Object.values(parameters).flatMap(({ data }) => [...data]),
    );
    expect(relativeError(await parametersOf(model), expected)).toBeLessThan(2e-5);
  });

  it('makes nothing on the device after its first step', async () => {
    using model = createModel(gpu(), stacks['NAU 2→3, NMU 3→1']);
    using trainer = await model.createStepTrainer({ rows: ROWS });
    const buffers = { x: bufferOf(x), y: bufferOf(y) };
    trainer.step({ x, y });
    const { device } = gpu();
    const made: string[] = [];
    const names = [
      'createBuffer',
      'createBindGroup',
      'createShaderModule',
      'createComputePipelineAsync',
    ] as const;
    for (const name of names) {
      const real = device[name].bind(device) as (...given: unknown[]) => unknown;
      const value = (...given: unknown[]) => {
        made.push(name);
        return real(...given);
      };
      Object.defineProperty(device, name, { configurable: true, value });
    }
    try {
      for (const batch of [{ x, y }, buffers, { x, y }]) {
        trainer.step(batch);
        trainer.forward({ x: batch.x });
        trainer.backward({ dy: batch.y });
        trainer.apply();
      }
    } finally {
      for (const name of names) Reflect.deleteProperty(device, name);
    }
    expect(made).toEqual([]);
    await gpu().finished();
  });

  it('fits whatever comes, in flat memory', async () => {
    using model = createModel(gpu(), description);
    using trainer = await model.createStepTrainer({ rows: ROWS, learningRate: 0.01 });
    const heard: number[] = [];
    let most = 0;
    const bytes = gpu().bytes;
    async function* batches(count: number): AsyncGenerator<Batch> {
      for (let k = 0; k < count; k++) {
        most = Math.max(most, gpu().bytes);
        yield { x, y };
      }
    }
    const { losses } = await trainer.fit(batches(300), { onStep: (step) => heard.push(step) });
    expect(most).toBe(bytes);
    expect(losses).toHaveLength(300);
    expect(heard).toEqual(Array.from({ length: 300 }, (_, k) => k + 1));
    expect(losses.at(-1)).toBeLessThan(losses[0] as number);
    using other = createModel(gpu(), description);
    using same = await other.createStepTrainer({ rows: ROWS, learningRate: 0.01 });
    const list = Array.from({ length: 300 }, () => ({ x, y }));
    expect(bitsOf((await same.fit(list)).losses)).toEqual(bitsOf(losses));
  });

  it('goes on across the end of the ring of losses', async () => {
    using model = createModel(gpu(), description);
    using trainer = await model.createStepTrainer({ rows: 1, learningRate: 0 });
    function* batches(): Generator<Batch> {
      for (let k = 0; k < 8200; k++) yield { x: [[1, 2]], y: [[k % 2]] };
    }
    const { losses } = await trainer.fit(batches());
    expect(losses).toHaveLength(8200);
    expect(new Set(losses.filter((_, k) => k % 2 === 0)).size).toBe(1);
    expect(new Set(losses.filter((_, k) => k % 2 === 1)).size).toBe(1);
    expect(bitsOf(await trainer.losses(30))).toEqual(bitsOf(losses.slice(-30)));
  });

  it('ends on abort, with the steps it made, and can go on', async () => {
    using model = createModel(gpu(), description);
    using trainer = await model.createStepTrainer({ rows: ROWS });
    const controller = new AbortController();
    function* forever(): Generator<Batch> {
      for (;;) yield { x, y };
    }
    const run = trainer.fit(forever(), {
      signal: controller.signal,
      onStep: (step) => step === 100 && controller.abort(new Error('enough')),
    });
    await expect(run).rejects.toThrow('enough');
    const { steps } = trainer;
    expect(steps).toBeGreaterThanOrEqual(100);
    trainer.step({ x, y });
    expect(trainer.steps).toBe(steps + 1);
  });

  it('says what is wrong', async () => {
    const model = createModel(gpu(), description);
    await expect(model.createStepTrainer({ rows: 0 })).rejects.toThrow(OptionError);
    await expect(model.createStepTrainer({ rows: 2, batch: 2 } as never)).rejects.toThrow(
      /no option 'batch'/,
    );
    const trainer = await model.createStepTrainer({ rows: ROWS });
    const wrong = (action: (trainer: StepTrainer) => void) => expect(() => action(trainer));
    wrong((t) => t.step({ x: x.subarray(2), y })).toThrow(
      /x has 10 rows; the batches of this trainer have 11/,
    );
    wrong((t) => t.step({ x, y: y.map(() => Number.NaN) })).toThrow(DataError);
    wrong((t) => t.step({ x } as never)).toThrow(OptionError);
    wrong((t) => t.step({ x, y, encoder: gpu().device.createCommandEncoder() } as never)).toThrow(/encoder/);
    wrong((t) => t.step(undefined as never)).toThrow(OptionError);
    wrong((t) => t.forward({ x, encoder: {} } as never)).toThrow(OptionError);
    wrong((t) => t.forward(undefined as never)).toThrow(OptionError);
    wrong((t) => t.backward({ y, z: 1 } as never)).toThrow(/'z'/);
    wrong((t) => t.apply({ encoder: 3 } as never)).toThrow(OptionError);
    await expect(trainer.fit(3 as never)).rejects.toThrow(/batches is 3; it must be an iterable of batches/);
    await expect(trainer.fit([], { signals: 1 } as never)).rejects.toThrow(OptionError);
    wrong((t) => t.step({ x: bufferOf(y), y })).toThrow(/x has 44 bytes; 11 rows of 2/);
    wrong((t) => t.apply()).toThrow(/the step is at forward\(\)/);
    wrong((t) => t.backward({ y })).toThrow(OptionError);
    wrong((t) => t.forward({ x, encoder: gpu().device.createCommandEncoder() })).toThrow(
      /must be a GPUBuffer/,
    );
    await expect(trainer.losses(1)).rejects.toThrow(/losses of 1 steps were asked for; there are 0/);
    trainer.forward({ x });
    wrong((t) => t.step({ x, y })).toThrow(/the step is at backward\(\)/);
    wrong(
      (t) => t.backward({ x, y } as never as { y: Float32Array; dy: undefined }) ?? t.apply(),
    ).not.toThrow();
    const run = model.train({ x, y, steps: 500 });
    wrong((t) => t.step({ x, y })).toThrow(BusyError);
    await run;
    const fit = trainer.fit([{ x, y }]);
    wrong((t) => t.step({ x, y })).toThrow(BusyError);
    await fit;
    model.dispose();
    wrong((t) => t.step({ x, y })).toThrow(DisposedError);
    await expect(trainer.fit([{ x, y }])).rejects.toThrow(/this model was disposed/);
  });
});

describe('the state of a training', () => {
  const description = stacks['NAU 2→3, NMU 3→1'];

  it('of a trainer with data goes on to the same bits', async () => {
    for (const optimizer of ['adam', 'rmsprop', 'sgd'] as const) {
      const options = {
        x,
        y,
        batch: 4,
        seed: 7,
        optimizer,
        learningRate: (step: number) => 0.01 / (1 + step),
      };
      using whole = createModel(gpu(), description);
      using straight = await whole.createTrainer(options);
      await straight.run(30);
      using first = createModel(gpu(), description);
      using half = await first.createTrainer(options);
      await half.run(17);
      const state = structuredClone(await half.exportState());
      await half.run(3);
      using second = createModel(gpu(), { ...description, seed: 99 });
      using other = await second.createTrainer(options);
      other.importState(state);
      expect(other.step).toBe(17);
      await other.run(13);
      expect(bitsOf(other.losses)).toEqual(bitsOf(straight.losses.slice(17)));
      expect(bitsOf(await parametersOf(second))).toEqual(bitsOf(await parametersOf(whole)));
      half.importState(state);
      await half.run(13);
      expect(bitsOf(await parametersOf(first))).toEqual(bitsOf(await parametersOf(whole)));
    }
  });

  it('of a step trainer goes on to the same bits', async () => {
    using whole = createModel(gpu(), description);
    using straight = await whole.createStepTrainer({ rows: ROWS });
    for (let k = 0; k < 10; k++) straight.step({ x, y });
    using model = createModel(gpu(), description);
    using trainer = await model.createStepTrainer({ rows: ROWS });
    for (let k = 0; k < 6; k++) trainer.step({ x, y });
    const state = await trainer.exportState();
    trainer.step({ x: x.map((value) => -value), y });
    trainer.importState(state);
    for (let k = 0; k < 4; k++) trainer.step({ x, y });
    expect(bitsOf(await trainer.losses(4))).toEqual(bitsOf(await straight.losses(4)));
    expect(bitsOf(await parametersOf(model))).toEqual(bitsOf(await parametersOf(whole)));
  });

  it('of another model, optimiser or version is refused, and nothing is written', async () => {
    using model = createModel(gpu(), description);
    using trainer = await model.createTrainer({ x, y });
    const state = await trainer.exportState();
    using small = createModel(gpu(), stacks['NALU 2→1']);
    using other = await small.createTrainer({ x, y });
    using plain = await model.createTrainer({ x, y, optimizer: 'sgd' });
    const before = bitsOf(await parametersOf(model));
    const changed: [Partial<TrainerState>, RegExp][] = [
      [{ version: 2 as never }, /version 2; this release reads version 1/],
      [{ step: -1 }, /step is -1/],
      [{ step: 5 }, /counter does not say what its step does/],
      [{ parameters: [] }, /parameters of 0 layers; this model has 2/],
      [{ moments: [new Float32Array(3), new Float32Array(3)] }, /moments of layer 0 are 3 numbers/],
    ];
    for (const [part, message] of changed) {
      expect(() => trainer.importState({ ...state, ...part })).toThrow(message);
    }
    expect(() => other.importState(state)).toThrow(DataError);
    expect(() => plain.importState(state)).toThrow(/moments of layer 0/);
    expect(bitsOf(await parametersOf(model))).toEqual(before);
  });
});
