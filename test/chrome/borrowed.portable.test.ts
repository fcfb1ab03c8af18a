import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createModel,
  DeviceLostError,
  DisposedError,
  LimitError,
  OptionError,
  requestGpu,
  trainEnsemble,
} from '../../src/index.ts';
import { bitsOf } from '../support/compare.ts';
import { useGpu } from '../support/gpu.ts';

const own = useGpu();

async function requestDevice(): Promise<GPUDevice> {
  const adapter = await navigator.gpu.requestAdapter();
  if (!adapter) throw new Error('no WebGPU adapter: these tests need one, a software adapter is enough');
  return adapter.requestDevice({ label: 'somebody else’s' });
}

const description = { inputs: 2, layers: [{ unit: 'NALU' as const, outputs: 1 }], seed: 4 };
const x = [
  [1, 2],
  [3, 4],
];
const y = [[2], [12]];

describe('a borrowed device', () => {
  let device: GPUDevice;
  beforeAll(async () => {
    device = await requestDevice();
  });
  afterAll(() => device?.destroy());

  /** Whether the device still does what its owner asks of it. */
  async function ownersWork(): Promise<number[]> {
    const { COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
    const from = device.createBuffer({ size: 16, usage: COPY_SRC | COPY_DST });
    const to = device.createBuffer({ size: 16, usage: COPY_DST | MAP_READ });
    device.queue.writeBuffer(from, 0, Float32Array.of(1, 2, 3, 4));
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(from, 0, to, 0, 16);
    device.queue.submit([encoder.finish()]);
    await to.mapAsync(GPUMapMode.READ);
    return [...new Float32Array(to.getMappedRange())];
  }

  it('computes what a device of its own computes', async () => {
    const gpu = await requestGpu({ device });
    expect(gpu.device).toBe(device);
    expect(gpu.adapter).toMatchObject({ vendor: own().adapter.vendor, software: own().adapter.software });
    expect(gpu.adapter.limits.maxBufferSize).toBe(device.limits.maxBufferSize);
    const results: number[][] = [];
    for (const each of [gpu, own()]) {
      using model = createModel(each, description);
      const { losses } = await model.train({ x, y, steps: 20 });
      results.push(bitsOf([...losses, ...(await model.predict(x))]));
    }
    expect(results[0]).toEqual(results[1]);
    gpu.dispose();
  });

  it('stays as it is: events, work and buffers of its owner', async () => {
    const uncaptured: string[] = [];
    const handler = (event: GPUUncapturedErrorEvent) => {
      uncaptured.push(event.error.message);
      event.preventDefault();
    };
    device.onuncapturederror = handler;
    const gpu = await requestGpu({ device });
    expect(device.onuncapturederror).toBe(handler);
    const model = createModel(gpu, description);
    await model.predict(x);

    // The owner's own mistake, in the middle of our work: his event hears of it, our model does not.
    const run = model.train({ x, y, steps: 200 });
    device.createBuffer({ size: 4, usage: 0 });
    expect((await run).losses).toHaveLength(200);
    await gpu.finished();
    await device.queue.onSubmittedWorkDone();
    expect(uncaptured).toHaveLength(1);
    // And ours, if we make one, is not his.
    const arena = model.train({ x, y, steps: 1e9 });
    gpu.dispose();
    await expect(arena).rejects.toThrow(DisposedError);
    await expect(model.predict(x)).rejects.toThrow(/this Gpu was disposed/);
    expect(gpu.bytes).toBe(0);
    expect(await ownersWork()).toEqual([1, 2, 3, 4]);
    expect(uncaptured).toHaveLength(1);
    device.onuncapturederror = null;
  });

  it('can be borrowed again, by several at a time', async () => {
    const [one, two] = [await requestGpu({ device }), await requestGpu({ device })];
    const [first, second] = [one, two].map((gpu) => createModel(gpu, description));
    const running = second?.train({ x, y, steps: 100 });
    await first?.predict(x);
    one.dispose();
    expect((await running)?.steps).toBe(100);
    two.dispose();
    expect(await ownersWork()).toEqual([1, 2, 3, 4]);
  });

  it('is checked', async () => {
    const wrong = (options: object) => requestGpu(options as Parameters<typeof requestGpu>[0]);
    await expect(wrong({ device: {} })).rejects.toThrow(OptionError);
    await expect(wrong({ device: requestDevice() })).rejects.toThrow(/after await/);
    await expect(wrong({ device, gpu: navigator.gpu })).rejects.toThrow(/device and gpu were given/);
    await expect(wrong({ device, limits: 'adapter' })).rejects.toThrow(OptionError);
    const small = { createBuffer() {}, queue: {}, limits: { maxStorageBuffersPerShaderStage: 4 } };
    await expect(wrong({ device: small })).rejects.toThrow(LimitError);
    await expect(wrong({ device: small })).rejects.toThrow(/maxStorageBuffersPerShaderStage is 4/);
    const gpu = await requestGpu({ device, maxBytes: 10 });
    expect(() => createModel(gpu, description)).toThrow(/of 10 \(maxBytes\)/);
    gpu.dispose();
  });
});

describe('the loss of a borrowed device', () => {
  it('is ours, and there is no other to go on with', async () => {
    const device = await requestDevice();
    const gpu = await requestGpu({ device });
    const model = createModel(gpu, description);
    const run = model.train({ x, y, steps: 1e9 });
    const { seed: _, ...stack } = description;
    const ensemble = trainEnsemble(gpu, { model: stack, x, y, seeds: { count: 2 }, steps: 1e8 });
    setTimeout(() => device.destroy(), 50);
    // Either may be told first.
    await Promise.all([
      expect(run).rejects.toThrow(DeviceLostError),
      expect(ensemble).rejects.toThrow(DeviceLostError),
    ]);
    expect(await gpu.lost).toBeInstanceOf(DeviceLostError);
    await expect(requestGpu({ device })).rejects.toThrow(DeviceLostError);
    gpu.dispose();
  });
});
