import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** Runs a module that imports the package by its name, in a process of its own; rejects unless it ends by itself. */
async function node(script: string): Promise<string> {
  const args = ['--input-type=module', '--eval', script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, timeout: 60_000 });
  return stdout;
}

const train = `
  import { createModel, requestGpu } from 'nalu-webgpu';
  const gpu = await requestGpu();
  const model = createModel(gpu, { inputs: 2, layers: [{ unit: 'NAC', outputs: 1 }], seed: 1 });
  const { losses } = await model.train({ x: [[1, 2], [3, 4]], y: [[3], [7]], steps: 50, learningRate: 0.05 });
  console.log(losses.length, losses[49] < losses[0]);`;

describe('the package in Node', () => {
  it('trains with the code that trains in a browser, and the process ends by itself', async () => {
    expect(await node(`${train}\ngpu.dispose();`)).toBe('50 true\n');
  });

  it('ends by itself when nothing is disposed, too', async () => {
    expect(await node(train)).toBe('50 true\n');
  });

  it('takes the WebGPU it is given, and navigator.gpu where there is one', async () => {
    const script = `
      import { nodeGpu, requestGpu } from 'nalu-webgpu';
      const { gpu: dawn } = await nodeGpu({ adapter: 'software' });
      let asked = 0;
      const api = { requestAdapter: (options) => { asked += 1; return dawn.requestAdapter(options); } };
      (await requestGpu({ gpu: api })).dispose();
      Object.defineProperty(globalThis, 'navigator', { value: { gpu: api } });
      const gpu = await requestGpu();
      console.log(asked, gpu.adapter.software);
      gpu.dispose();`;
    expect(await node(script)).toBe('2 true\n');
  });

  it('has everything that the package for browsers has', async () => {
    const script = `
      const [here, there] = await Promise.all([import('nalu-webgpu'), import('./dist/src/index.js')]);
      console.log(Object.keys(there).filter((name) => !(name in here)).length, here.requestGpu === there.requestGpu);`;
    expect(await node(script)).toBe('0 false\n');
  });
});
