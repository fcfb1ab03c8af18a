/** Where a Node process without WebGPU of its own gets it. */

import type { Gpu } from '../gpu/gpu.ts';
import { checkGpuOptions, type GpuOptions, requestGpu as requestGpuOf } from '../gpu/request.ts';
import type { NodeGpu, NodeGpuOptions } from './dawn.ts';

export type { NodeGpu, NodeGpuOptions };

/**
 * Works on `options.device`, or asks for an adapter and a device, of `options.gpu`, else of `navigator.gpu`, else of Dawn: on the machine's GPU or,
 * without one, on a software adapter (`gpu.adapter.software` says so; the environment variable `NALU_ADAPTER=software`
 * asks for one). A process ends by itself once it has no more work on the device. Rejects with NoWebGpuError or
 * NoAdapterError when there is none.
 */
export async function requestGpu(given: GpuOptions = {}): Promise<Gpu> {
  const options = checkGpuOptions(given);
  if (options.device !== undefined) return requestGpuOf(options);
  const here = options.gpu ?? (globalThis.navigator as Navigator | undefined)?.gpu;
  return requestGpuOf({ ...options, gpu: here ?? (await nodeGpu()).gpu });
}

/**
 * Dawn for this process, as `navigator.gpu` of a browser, with a choice of the adapter:
 * `requestGpu({ gpu: (await nodeGpu({ adapter: 'software' })).gpu })`.
 */
export async function nodeGpu(options: NodeGpuOptions = {}): Promise<NodeGpu> {
  const dawn = await import('./dawn.ts');
  return dawn.nodeGpu(options);
}
