import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** The ground the other GPU tests stand on: this runtime's own WebGPU, without any of the package's code. */
describe('navigator.gpu', () => {
  let device: GPUDevice;
  const uncaptured: string[] = [];

  beforeAll(async () => {
    const adapter = await navigator.gpu?.requestAdapter();
    if (!adapter) throw new Error('no WebGPU adapter: these tests need one, a software adapter is enough');
    device = await adapter.requestDevice();
    device.onuncapturederror = ({ error }) => uncaptured.push(error.message);
  });
  afterAll(() => device?.destroy());

  it('computes', async () => {
    const count = 1000;
    const code = /* wgsl */ `
      @group(0) @binding(0) var<storage, read_write> data: array<f32>;
      @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
        if (id.x < arrayLength(&data)) { data[id.x] = f32(id.x) * f32(id.x) + 0.5f; }
      }`;
    const pipeline = await device.createComputePipelineAsync({
      layout: 'auto',
      compute: { module: device.createShaderModule({ code }) },
    });
    const data = device.createBuffer({
      size: 4 * count,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC,
    });
    const copy = device.createBuffer({
      size: 4 * count,
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    const entries = [{ binding: 0, resource: { buffer: data } }];
    pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
    pass.dispatchWorkgroups(Math.ceil(count / 64));
    pass.end();
    encoder.copyBufferToBuffer(data, 0, copy, 0, 4 * count);
    device.queue.submit([encoder.finish()]);
    await copy.mapAsync(GPUMapMode.READ);

    const result = [...new Float32Array(copy.getMappedRange())];
    expect(result).toEqual(Array.from({ length: count }, (_, i) => i * i + 0.5));
    expect(uncaptured).toEqual([]);
  });

  it('reports a shader that does not compile', async () => {
    device.pushErrorScope('validation');
    const module = device.createShaderModule({ code: 'fn broken( {' });
    expect(await device.popErrorScope()).not.toBeNull();
    const { messages } = await module.getCompilationInfo();
    expect(messages.some(({ type }) => type === 'error')).toBe(true);
    expect(uncaptured).toEqual([]);
  });
});
