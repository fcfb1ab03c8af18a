/** The public API in Node: the same as in browsers, over Dawn (npm package `webgpu`) where Node has no WebGPU itself. */

import { type Gpu, type GpuOptions, requestGpu as requestGpuOf } from './index.ts';
import type { NodeGpu, NodeGpuOptions } from './node/dawn.ts';

export * from './index.ts';
export type { NodeGpu, NodeGpuOptions };

/**
 * Asks for an adapter and a device, of `options.gpu`, else of `navigator.gpu`, else of Dawn: on the machine's GPU or,
 * without one, on a software adapter (`gpu.adapter.software` says so; the environment variable `NALU_ADAPTER=software`
 * asks for one). A process ends by itself once it has no more work on the device. Rejects with NoWebGpuError or
 * NoAdapterError when there is none.
 */
export async function requestGpu(options: GpuOptions = {}): Promise<Gpu> {
  const here = options.gpu ?? (globalThis.navigator as Navigator | undefined)?.gpu;
  return requestGpuOf({ ...options, gpu: here ?? (await nodeGpu()).gpu });
}

/**
 * Dawn for this process, as `navigator.gpu` of a browser, with a choice of the adapter:
 * `requestGpu({ gpu: (await nodeGpu({ adapter: 'software' })).gpu })`.
 */
export async function nodeGpu(options: NodeGpuOptions = {}): Promise<NodeGpu> {
  const dawn = await import('./node/dawn.ts');
  return dawn.nodeGpu(options);
}
