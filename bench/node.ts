/**
 * The same workloads in Node over Dawn, for machines with a GPU and no browser: ours, and TensorFlow.js on WebGPU.
 * `node tools/run.mjs bench/node.ts`, with the options of `npm run bench`.
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describeAdapter, nodeGpu, requestGpu } from '../src/index.node.ts';
import { bundle, ENTRY } from './bundle.ts';
import { naluContenders } from './contenders/nalu.ts';
import { tfjsContender } from './contenders/tfjs.ts';
import { bench, versionsOf } from './output.ts';
import { runWorkloads } from './run.ts';

/** TensorFlow.js takes WebGPU from `navigator`, which Node 20 does not have. */
function lendNavigator(gpu: GPU): void {
  const value = { gpu, userAgent: `Node/${process.versions.node}` };
  Object.defineProperty(globalThis, 'navigator', { value, configurable: true, writable: true });
}

/**
 * Its packages come as CommonJS for Node, as modules for bundlers; only the latter have the derivatives in a file of
 * their own, and a mix of the two would hold two cores that know nothing of each other. So it is bundled.
 */
async function bundledTfjs(): Promise<ReturnType<typeof import('./tfjs.ts').loadTfjs>> {
  const folder = await mkdtemp(join(tmpdir(), 'nalu-bench-'));
  try {
    for (const [name, content] of await bundle('tfjs.ts', 'node'))
      await writeFile(join(folder, name), content);
    return (await import(pathToFileURL(join(folder, ENTRY)).href)).loadTfjs();
  } finally {
    await rm(folder, { recursive: true });
  }
}

await bench(async (_, onProgress) => {
  const { gpu: api } = await nodeGpu();
  const gpu = await requestGpu({ gpu: api });
  lendNavigator(api);
  const tf = await bundledTfjs();
  const contenders = [...naluContenders(gpu), tfjsContender(tf, 'webgpu'), tfjsContender(tf, 'cpu')];
  const run = runWorkloads(gpu, contenders);
  return {
    adapter: describeAdapter(gpu.adapter),
    software: gpu.adapter.software,
    versions: await versionsOf(['@tensorflow/tfjs-core', 'webgpu']),
    run: (workload, rounds, stretch) => run(workload, { rounds, stretch, onProgress }),
    close: async () => gpu.dispose(),
  };
});
