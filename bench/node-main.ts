/** What `node.ts` bundles. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeAdapter, nodeGpu, requestGpu } from '../src/index.node.ts';
import type { Contender } from './contender.ts';
import { naluContenders } from './contenders/nalu.ts';
import { residentBytes } from './memory.ts';
import { bench } from './output.ts';
import { createRunner } from './run.ts';

/** The libraries take WebGPU from `navigator`, which Node 20 does not have. */
function lendNavigator(gpu: GPU): void {
  const value = { gpu, userAgent: `Node/${process.versions.node}`, hardwareConcurrency: 1 };
  Object.defineProperty(globalThis, 'navigator', { value, configurable: true, writable: true });
}

/** Those whose back ends run in Node too; loaded when they are asked for, once there is a `navigator`. */
const libraries: Readonly<Record<string, () => Promise<{ contender: Contender }>>> = {
  'tfjs-webgpu': () => import('./libraries/tfjs-webgpu.ts'),
  'tfjs-cpu': () => import('./libraries/tfjs-cpu.ts'),
  'jax-webgpu': () => import('./libraries/jax-webgpu.ts'),
  'jax-wasm': () => import('./libraries/jax-wasm.ts'),
};

await bench(async (_, onProgress) => {
  const { gpu: api } = await nodeGpu();
  const gpu = await requestGpu({ gpu: api });
  lendNavigator(api);
  const ours = naluContenders(gpu);
  const runner = createRunner(gpu, async (name) => {
    const own = ours.find((contender) => contender.name === name);
    if (own) return own;
    const load = libraries[name];
    if (!load) throw new Error('it needs a browser');
    return (await load()).contender;
  });
  const resident = () => residentBytes(process.pid);
  const versions = await readFile(join(import.meta.dirname, 'versions.json'), 'utf8');
  return {
    adapter: describeAdapter(gpu.adapter),
    software: gpu.adapter.software,
    versions: JSON.parse(versions) as Record<string, string>,
    run: (workload, pace) => runner.run(workload, { ...pace, onProgress }),
    grow: (contender, pace) => runner.grow(contender, { ...pace, onProgress, resident }),
    close: async () => gpu.dispose(),
  };
});
