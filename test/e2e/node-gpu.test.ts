import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** Runs a module in a Node process of its own; rejects when that fails or does not end. */
async function node(script: string, env: Record<string, string> = {}, args: string[] = []): Promise<string> {
  const all = [...args, '--input-type=module', '--eval', script];
  const options = { cwd: root, env: { ...process.env, ...env }, timeout: 600_000 };
  const { stdout } = await promisify(execFile)(process.execPath, all, options);
  return stdout;
}

const compute = `
  async function compute(device) {
    const code = '@group(0) @binding(0) var<storage, read_write> data: array<f32>;' +
      '@compute @workgroup_size(8) fn main(@builtin(global_invocation_id) id: vec3u) { data[id.x] = 2 * f32(id.x); }';
    const module = device.createShaderModule({ code });
    const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute: { module } });
    const data = device.createBuffer({ size: 32, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC });
    const copy = device.createBuffer({ size: 32, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    const entries = [{ binding: 0, resource: { buffer: data } }];
    pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
    pass.dispatchWorkgroups(1);
    pass.end();
    encoder.copyBufferToBuffer(data, 0, copy, 0, 32);
    device.queue.submit([encoder.finish()]);
    await copy.mapAsync(GPUMapMode.READ);
    console.log(new Float32Array(copy.getMappedRange()).join());
  }`;
const answer = '0,2,4,6,8,10,12,14\n';

describe('WebGPU in Node', () => {
  it('computes, and the process ends by itself', async () => {
    const script = `
      import { nodeGpu } from './dist/src/node/dawn.js';
      ${compute}
      const { gpu } = await nodeGpu();
      const device = await (await gpu.requestAdapter()).requestDevice();
      await compute(device);
      device.destroy();`;
    expect(await node(script)).toBe(answer);
  });

  it('ends when the device is not destroyed, too', async () => {
    const script = `
      import { nodeGpu } from './dist/src/node/dawn.js';
      ${compute}
      const { gpu } = await nodeGpu();
      globalThis.device = await (await gpu.requestAdapter()).requestDevice();
      await compute(device);`;
    expect(await node(script)).toBe(answer);
  });

  it('survives garbage collection between uses of a device', async () => {
    const script = `
      import { nodeGpu } from './dist/src/node/dawn.js';
      ${compute}
      const request = async () => (await (await nodeGpu()).gpu.requestAdapter()).requestDevice();
      const device = await request();
      for (let i = 0; i < 10; i += 1) {
        gc();
        await new Promise((resolve) => setTimeout(resolve, 5));
        await compute(device);
      }`;
    expect(await node(script, {}, ['--expose-gc'])).toBe(answer.repeat(10));
  });

  it('uses a software adapter when asked to, and leaves the environment as it was', async () => {
    const script = `
      import { nodeGpu } from './dist/src/node/dawn.js';
      const before = JSON.stringify(process.env);
      const { gpu, software } = await nodeGpu({ adapter: 'software' });
      const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
      console.log(software, !!adapter, JSON.stringify(process.env) === before);`;
    expect(await node(script)).toBe('true true true\n');
  });

  it('leaves the processor to others while the GPU works, and their immediates as they are', async () => {
    const script = `
      import { promisify } from 'node:util';
      import { nodeGpu } from './dist/src/node/dawn.js';
      const { gpu } = await nodeGpu();
      const device = await (await gpu.requestAdapter()).requestDevice();
      const code = '@group(0) @binding(0) var<storage, read_write> data: array<f32>;' +
        '@compute @workgroup_size(1) fn main() {' +
        'var x = data[0]; for (var k = 0u; k < 100000000u; k++) { x = x * 0.5 + 1.0; } data[0] = x; }';
      const compute = { module: device.createShaderModule({ code }) };
      const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute });
      const data = device.createBuffer({ size: 4, usage: GPUBufferUsage.STORAGE });
      const entries = [{ binding: 0, resource: { buffer: data } }];
      const group = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(1);
      pass.end();
      const loops = () => performance.nodeTiming.uvMetricsInfo.loopCount;
      const [before, began] = [loops(), performance.now()];
      device.queue.submit([encoder.finish()]);
      await device.queue.onSubmittedWorkDone();
      const turns = loops() - before;
      const most = 1000 + 3 * (performance.now() - began);
      const order = [];
      const timer = setImmediate(() => order.push('cleared'));
      setImmediate((...values) => order.push(...values), 'a', 'b');
      setImmediate(order.push.bind(order, 'bound'));
      clearImmediate(timer);
      order.push(await promisify(setImmediate)('promised'));
      console.log(turns < most || turns + ' turns, at most ' + most, order.join());`;
    expect(await node(script)).toBe('true a,b,bound,promised\n');
  });

  it('says what to do when there is no adapter', async () => {
    const script = `
      import { nodeGpu } from './dist/src/node/dawn.js';
      await nodeGpu({ adapter: 'software' }).catch(({ code, message }) => console.log(code, message));`;
    const hidden = {
      NALU_SWIFTSHADER_DIR: '/nowhere',
      VK_DRIVER_FILES: '/nowhere',
      VK_ICD_FILENAMES: '/nowhere',
    };
    expect(await node(script, hidden)).toMatch(/^no-adapter .*npm install @sparticuz\/chromium/);
  });
});
