import { describe, expect, it } from 'vitest';
import {
  createModel,
  DataError,
  DisposedError,
  type ModelDescription,
  OptionError,
  requestGpu,
} from '../../src/index.ts';
import { createRandom } from '../../src/random.ts';
import { bitsOf, relativeError } from '../support/compare.ts';
import { useGpu } from '../support/gpu.ts';

const gpu = useGpu();

const { STORAGE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
const random = createRandom(9);
const numbers = (count: number) => Float32Array.from({ length: count }, () => random.uniform(0.5, 2));

/** A buffer of the test's own with `values` from byte `offset` on, and NaN elsewhere. */
function bufferOf(values: Float32Array, place: { offset?: number; size?: number; usage?: number } = {}) {
  const { offset = 0, usage = STORAGE | COPY_SRC } = place;
  const { size = offset + 4 * values.length } = place;
  const buffer = gpu().device.createBuffer({ size, usage: usage | COPY_DST });
  gpu().device.queue.writeBuffer(buffer, 0, new Float32Array(size / 4).fill(Number.NaN));
  gpu().device.queue.writeBuffer(buffer, offset, values as Float32Array<ArrayBuffer>);
  return buffer;
}

async function read(buffer: GPUBuffer): Promise<Float32Array> {
  const copy = gpu().device.createBuffer({ size: buffer.size, usage: COPY_DST | MAP_READ });
  const encoder = gpu().device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, copy, 0, buffer.size);
  gpu().device.queue.submit([encoder.finish()]);
  await copy.mapAsync(GPUMapMode.READ);
  return new Float32Array(copy.getMappedRange().slice(0));
}

const stacks = {
  'one layer': { inputs: 3, layers: [{ unit: 'NALU', outputs: 2 }], seed: 1 },
  'two layers': {
    inputs: 3,
    layers: [
      { unit: 'NAU', outputs: 5 },
      { unit: 'NMU', outputs: 2 },
    ],
    seed: 2,
  },
} satisfies Record<string, ModelDescription>;

describe.each(Object.entries(stacks))('encode, %s', (_, description) => {
  it('computes what predict does, wherever the buffers begin and whatever they were made for', async () => {
    using model = createModel(gpu(), description);
    await model.prepare({ rows: 64 });
    for (const rows of [1, 7, 64, 200]) {
      const x = numbers(3 * rows);
      const expected = bitsOf(await model.predict(x));
      const places = [
        { from: 0, to: 0, usage: STORAGE | COPY_SRC },
        { from: 256, to: 512, usage: STORAGE | COPY_SRC },
        { from: 4, to: 12, usage: STORAGE | COPY_SRC },
        { from: 8, to: 0, usage: COPY_SRC },
      ];
      for (const { from, to, usage } of places) {
        const input = bufferOf(x, { offset: from, usage });
        const output = bufferOf(new Float32Array(2 * rows + 5), { offset: to, usage });
        const encoder = gpu().device.createCommandEncoder();
        model.encode(encoder, {
          x: { buffer: input, offset: from },
          y: { buffer: output, offset: to },
          rows,
        });
        gpu().device.queue.submit([encoder.finish()]);
        const values = await read(output);
        const at = to / 4;
        expect(bitsOf(values.subarray(at, at + 2 * rows)), `${rows} rows at ${from}`).toEqual(expected);
        // What lies around is not touched.
        expect([...values.subarray(at + 2 * rows)]).toEqual([0, 0, 0, 0, 0]);
        expect(values.subarray(0, at).every(Number.isNaN)).toBe(true);
      }
    }
  });

  it('works within one buffer', async () => {
    using model = createModel(gpu(), description);
    await model.prepare({ rows: 5 });
    const x = numbers(15);
    const buffer = bufferOf(x, { size: 1024 });
    const encoder = gpu().device.createCommandEncoder();
    model.encode(encoder, { x: { buffer, size: 60 }, y: { buffer, offset: 512 }, rows: 5 });
    gpu().device.queue.submit([encoder.finish()]);
    expect(bitsOf((await read(buffer)).subarray(128, 138))).toEqual(bitsOf(await model.predict(x)));
  });
});

describe('encode', () => {
  it('goes between passes of another program, in one submit', async () => {
    const { device } = gpu();
    using model = createModel(gpu(), stacks['one layer']);
    await model.prepare({ rows: 10 });
    const scaleBy = (factor: number) => {
      const code = `@group(0) @binding(0) var<storage, read_write> data: array<f32>;
        @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
          if (id.x < arrayLength(&data)) { data[id.x] *= ${factor}.0; } }`;
      return device.createComputePipeline({
        layout: 'auto',
        compute: { module: device.createShaderModule({ code }) },
      });
    };
    const [x, y] = [bufferOf(numbers(30)), bufferOf(new Float32Array(20))];
    const encoder = device.createCommandEncoder();
    const pass = (pipeline: GPUComputePipeline, buffer: GPUBuffer) => {
      const own = encoder.beginComputePass();
      own.setPipeline(pipeline);
      const entries = [{ binding: 0, resource: { buffer } }];
      own.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
      own.dispatchWorkgroups(1);
      own.end();
    };
    const before = await read(x);
    pass(scaleBy(2), x);
    model.encode(encoder, { x, y });
    pass(scaleBy(4), y);
    device.queue.submit([encoder.finish()]);
    const expected = (await model.predict(before.map((value) => 2 * value))).map((value) => 4 * value);
    expect(bitsOf(await read(y))).toEqual(bitsOf(expected));
  });

  it('uses the parameters of when it is submitted', async () => {
    using model = createModel(gpu(), stacks['one layer']);
    const [x, y] = [bufferOf(numbers(6)), bufferOf(new Float32Array(4))];
    await model.prepare({ rows: 2 });
    const encoder = gpu().device.createCommandEncoder();
    model.encode(encoder, { x, y });
    await model.train({ x: numbers(6), y: numbers(4), steps: 3, learningRate: 0.1 });
    gpu().device.queue.submit([encoder.finish()]);
    expect(bitsOf(await read(y))).toEqual(bitsOf(await model.predict(x)));
  });

  it('makes nothing new when it is done again', async () => {
    using model = createModel(gpu(), stacks['two layers']);
    await model.prepare({ rows: 2 });
    const [x, y] = [bufferOf(numbers(6)), bufferOf(new Float32Array(4))];
    const { device } = gpu();
    const once = () => {
      const encoder = device.createCommandEncoder();
      model.encode(encoder, { x, y });
      device.queue.submit([encoder.finish()]);
    };
    once();
    const names = [
      'createBuffer',
      'createBindGroup',
      'createShaderModule',
      'createComputePipelineAsync',
    ] as const;
    const made: string[] = [];
    for (const name of names) {
      const real = device[name].bind(device) as (...given: unknown[]) => unknown;
      Object.defineProperty(device, name, {
        configurable: true,
        value: (...given: unknown[]) => {
          made.push(name);
          return real(...given);
        },
      });
    }
    try {
      for (let k = 0; k < 5; k++) once();
    } finally {
      for (const name of names) Reflect.deleteProperty(device, name);
    }
    expect(made).toEqual([]);
    await gpu().finished();
  });

  it('says what is missing', async () => {
    const model = createModel(gpu(), stacks['one layer']);
    const encoder = gpu().device.createCommandEncoder();
    const [x, y] = [bufferOf(numbers(6)), bufferOf(new Float32Array(4))];
    const encode = (options: object) => () =>
      model.encode(encoder, { x, y, ...options } as Parameters<typeof model.encode>[1]);
    expect(encode({})).toThrow(OptionError);
    expect(encode({})).toThrow(/call await model.prepare/);
    expect(encode({ x: [1, 2, 3] })).toThrow(/x is .*; it must be a GPUBuffer/);
    expect(() => model.encode(null as never, { x, y })).toThrow(
      /encoder is null; it must be a GPUCommandEncoder/,
    );
    await model.prepare({ rows: 2 });
    expect(encode({ rows: 3 })).toThrow(/x has 24 bytes; 3 rows of 3 numbers need 36/);
    expect(encode({ x: { buffer: x, offset: 4 } })).toThrow(/x has 20 bytes, which is not a multiple of 12/);
    expect(encode({ x: { buffer: x, offset: 3 } })).toThrow(/x.offset is 3; it must be a multiple of 4/);
    expect(encode({ x: { buffer: x, offset: 24 } })).toThrow(DataError);
    expect(encode({ x: { buffer: x, size: 48 } })).toThrow(/its buffer has only 24/);
    expect(encode({ y: { buffer: y, offset: 4 } })).toThrow(/y has 12 bytes; 2 rows of 2/);
    expect(encode({ y: { buffer: x, offset: 0 } })).toThrow(/same bytes of one buffer/);
    const writable = gpu().device.createBuffer({ size: 24, usage: COPY_DST });
    expect(encode({ x: writable })).toThrow(/x was made without GPUBufferUsage.COPY_SRC/);
    await expect(model.prepare({ rows: 0 })).rejects.toThrow(/rows is 0/);
    model.dispose();
    expect(encode({})).toThrow(DisposedError);
  });

  it('of a wide layer, whose operands are packed, over changing numbers of rows', async () => {
    using model = createModel(gpu(), { inputs: 70, layers: [{ unit: 'NAC', outputs: 65 }], seed: 3 });
    await model.prepare({ rows: 40 });
    for (const rows of [40, 3, 64, 130]) {
      const x = numbers(70 * rows);
      const [from, to] = [bufferOf(x), bufferOf(new Float32Array(65 * rows))];
      const encoder = gpu().device.createCommandEncoder();
      model.encode(encoder, { x: from, y: to });
      gpu().device.queue.submit([encoder.finish()]);
      expect(relativeError(await read(to), await model.predict(x))).toBeLessThan(1e-6);
    }
  });
});

describe('buffers in place of arrays', () => {
  const description = stacks['two layers'];
  const [x, y] = [numbers(3 * 20), numbers(2 * 20)];

  it('predict', async () => {
    using model = createModel(gpu(), description);
    const expected = bitsOf(await model.predict(x));
    const from = { buffer: bufferOf(x, { offset: 8 }), offset: 8 };
    const to = bufferOf(new Float32Array(40));
    expect(bitsOf(await model.predict(from))).toEqual(expected);
    expect(await model.predict(from, { y: to })).toBeUndefined();
    expect(bitsOf(await read(to))).toEqual(expected);
    await model.predict(x, { y: to });
    expect(bitsOf(await read(to))).toEqual(expected);
    expect(bitsOf(await model.predict(from, { rows: 2 }))).toEqual(expected.slice(0, 4));
    await expect(model.predict(x, { rows: 2 })).rejects.toThrow(/x has 20 rows, but rows is 2/);
  });

  it('train, in one batch and in shuffled ones', async () => {
    const [a, b] = [bufferOf(x, { offset: 4, size: 4096 }), bufferOf(y)];
    for (const options of [{}, { batch: 6, seed: 3 }]) {
      using one = createModel(gpu(), description);
      using two = createModel(gpu(), description);
      const steps = { steps: 20, learningRate: 0.01, ...options };
      const { losses } = await one.train({ x, y, ...steps });
      const report = await two.train({ x: { buffer: a, offset: 4 }, y: b, rows: 20, ...steps });
      expect(bitsOf(report.losses)).toEqual(bitsOf(losses));
    }
    using model = createModel(gpu(), description);
    await expect(model.train({ x: a, y: b, steps: 1 })).rejects.toThrow(DataError);
    await expect(model.train({ x: b, y: b, rows: 2.5, steps: 1 })).rejects.toThrow(OptionError);
  });

  it('gradients', async () => {
    using model = createModel(gpu(), description);
    const expected = await model.gradients({ x, dy: y });
    const found = await model.gradients({ x: bufferOf(x), dy: bufferOf(y) });
    expect(bitsOf(found.x)).toEqual(bitsOf(expected.x));
    expect(found.parameters).toEqual(expected.parameters);
  });

  it('of another device are an error of that call, and of no other', async () => {
    const other = await requestGpu();
    const foreign = other.device.createBuffer({ size: 240, usage: STORAGE | COPY_SRC });
    using model = createModel(gpu(), description);
    await expect(model.predict(foreign)).rejects.toThrow(/WebGPU rejected a call/);
    expect(bitsOf(await model.predict(x))).toEqual(bitsOf(await model.predict(bufferOf(x))));
    other.dispose();
  });
});
