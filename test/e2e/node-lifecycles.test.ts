import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** Runs a module in a Node process of its own, with `gc`; rejects when that fails or an error goes unheard. */
async function node(script: string): Promise<unknown> {
  const all = ['--expose-gc', '--input-type=module', '--eval', script];
  const { stdout } = await promisify(execFile)(process.execPath, all, { cwd: root, timeout: 600_000 });
  return JSON.parse(stdout);
}

/** What the process takes, once what nobody holds any more was collected. */
const measure = `
  import { readFileSync } from 'node:fs';
  import { setTimeout as sleep } from 'node:timers/promises';
  async function measure() {
    for (let k = 0; k < 3; k++) { gc(); await sleep(50); }
    const field = (name) => Number(new RegExp(name + ':\\\\s+(\\\\d+)').exec(readFileSync('/proc/self/status', 'utf8'))[1]);
    return process.platform === 'linux' ? { megabytes: field('VmRSS') / 1000, threads: field('Threads') } : { megabytes: 0, threads: 0 };
  }`;

interface Growth {
  before: { megabytes: number; threads: number };
  after: { megabytes: number; threads: number };
}

describe('a Node process', () => {
  it('that requests, uses and disposes many Gpus does not grow', async () => {
    const script = `
      import { createModel, requestGpu } from './dist/src/index.node.js';
      ${measure}
      async function use(count) {
        for (let k = 0; k < count; k++) {
          const gpu = await requestGpu();
          const model = createModel(gpu, { inputs: 2, layers: [{ unit: 'NAC', outputs: 1 }] });
          await model.predict([[1, 2]]);
          gpu.dispose();
        }
      }
      await use(50);
      const before = await measure();
      await use(60);
      console.log(JSON.stringify({ before, after: await measure() }));`;
    const { before, after } = (await node(script)) as Growth;
    // A Gpu that stays has a thread of its own.
    expect(after.threads - before.threads).toBeLessThan(10);
    expect(after.megabytes - before.megabytes).toBeLessThan(40);
  });

  it('that makes many models of different shapes on one Gpu does not grow', async () => {
    const script = `
      import { createModel, requestGpu } from './dist/src/index.node.js';
      ${measure}
      const gpu = await requestGpu();
      let inputs = 0;
      async function use(count) {
        for (let k = 0; k < count; k++) {
          const model = createModel(gpu, { inputs: ++inputs, layers: [{ unit: 'NAC', outputs: 1 }] });
          await model.predict(new Float32Array(inputs));
          model.dispose();
        }
      }
      await use(70);
      const before = await measure();
      await use(40);
      console.log(JSON.stringify({ before, after: await measure() }));
      gpu.dispose();`;
    const { before, after } = (await node(script)) as Growth;
    // A kernel that stays has two megabytes.
    expect(after.megabytes - before.megabytes).toBeLessThan(40);
    expect(after.threads - before.threads).toBeLessThan(5);
  });

  it('goes on when what it waits for is disposed, and hears of everything', async () => {
    const script = `
      import { createModel, requestGpu } from './dist/src/index.node.js';
      const codes = [];
      for (const first of ['model', 'gpu']) {
        const gpu = await requestGpu();
        const model = createModel(gpu, { inputs: 2, layers: [{ unit: 'NALU', outputs: 1 }] });
        const prediction = model.predict(new Float32Array(800_000));
        const training = model.train({ x: [[1, 2]], y: [[3]], steps: 1e9 });
        const batches = (async () => { for await (const _ of model.predictBatches(Array(1000).fill([[1, 2]]))); })();
        for (let k = 0; k < (first === 'gpu' ? 5 : 0); k++) await new Promise((resolve) => setTimeout(resolve));
        if (first === 'model') model.dispose();
        gpu.dispose();
        for (const work of [prediction, training, batches]) await work.catch(({ code }) => codes.push(code));
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
      console.log(JSON.stringify(codes));`;
    expect(await node(script)).toEqual(Array(6).fill('disposed'));
  });
});
