import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** Runs a module that imports the package by its name, in a process of its own; rejects unless it ends by itself. */
async function node(script: string): Promise<string> {
  const args = ['--input-type=module', '--eval', script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, timeout: 600_000 });
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

  it('goes on from kept states to the same bits, and says where they cannot be kept', async () => {
    const script = `
      import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
      import { tmpdir } from 'node:os';
      import { folderStore, requestGpu, trainEnsemble } from 'nalu-webgpu';
      import { ensembleCheckpoints } from 'nalu-webgpu/io';
      const folder = mkdtempSync(tmpdir() + '/states-');
      const x = Array.from({ length: 20 }, (_, k) => [1 + k / 20, 2 - k / 20]);
      const options = {
        model: { inputs: 2, layers: [{ unit: 'NMU', outputs: 1 }] },
        x, y: x.map(([a, b]) => [a * b]), seeds: { count: 7 }, steps: 400, logEvery: 50, learningRate: 0.01,
      };
      const kept = () => ensembleCheckpoints(folderStore(folder), 'run', { every: 0 });
      const gpu = await requestGpu();
      const whole = await trainEnsemble(gpu, options);
      const ended = trainEnsemble(gpu, {
        ...options, checkpoints: kept(), onLog: ({ step }) => { if (step >= 200) throw new Error('ended'); },
      });
      console.log(await ended.catch(({ message }) => message));
      const steps = [];
      const report = await trainEnsemble(gpu, { ...options, checkpoints: kept(), onLog: ({ step }) => steps.push(step) });
      console.log(steps[0] > 50, report.parameters.every((value, k) => Object.is(value, whole.parameters[k])));
      writeFileSync(folder + '/file', '');
      const nowhere = ensembleCheckpoints(folderStore(folder + '/file/below'), 'run', { every: 0 });
      const { code, message } = await trainEnsemble(gpu, { ...options, checkpoints: nowhere }).catch((error) => error);
      console.log(code, message.includes('file/below'));
      rmSync(folder, { recursive: true });
      gpu.dispose();`;
    expect(await node(script)).toBe('ended\ntrue true\nfile true\n');
  });

  it('goes on over the loss of its device to the same bits, and says so', async () => {
    const script = `
      import { requestGpu, trainEnsemble } from 'nalu-webgpu';
      const x = Array.from({ length: 20 }, (_, k) => [1 + k / 20, 2 - k / 20]);
      const options = {
        model: { inputs: 2, layers: [{ unit: 'NMU', outputs: 1 }] },
        x, y: x.map(([a, b]) => [a * b]), seeds: { count: 7 }, steps: 400, logEvery: 50, learningRate: 0.01,
      };
      const gpu = await requestGpu();
      const whole = await trainEnsemble(gpu, options);
      const told = [];
      const report = await trainEnsemble(gpu, {
        ...options,
        onLog: ({ step }) => { if (step === 200) gpu.device.destroy(); },
        onRecovery: ({ error }) => told.push(error.code),
      });
      console.log(report.recoveries, told.join(), report.parameters.every((v, k) => Object.is(v, whole.parameters[k])));
      gpu.dispose();`;
    expect(await node(script)).toBe('1 device-lost true\n');
  });
});
