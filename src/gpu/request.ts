/** Where a Gpu comes from: an adapter and a device of its own. */

import { NoAdapterError, NoWebGpuError } from '../errors.ts';
import { adapterFacts } from './adapter.ts';
import { Gpu } from './gpu.ts';

export interface GpuOptions {
  /** Where WebGPU comes from. Default: `navigator.gpu`. */
  gpu?: GPU;
  /** Default: `'high-performance'`. */
  powerPreference?: GPUPowerPreference;
  /**
   * `'adapter'` (default) asks for the adapter's own limits on buffer sizes, so that larger models fit;
   * `'default'` stays with the limits every WebGPU device has.
   */
  limits?: 'adapter' | 'default';
  /** Bytes of GPU memory that may be in use at once; beyond them allocating is an OutOfMemoryError. Default: no limit. */
  maxBytes?: number;
}

/** Limits that decide how large a model or data set may be. */
const sizeLimits = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxComputeWorkgroupStorageSize',
] as const;
const usefulFeatures: GPUFeatureName[] = ['subgroups' as GPUFeatureName];

/** Asks for an adapter and a device. Rejects with NoWebGpuError or NoAdapterError when there is none. */
export async function requestGpu(options: GpuOptions = {}): Promise<Gpu> {
  const api = options.gpu ?? (globalThis.navigator as Navigator | undefined)?.gpu;
  if (!api) {
    throw new NoWebGpuError(
      'this runtime has no WebGPU (navigator.gpu is missing): use a recent Chrome, Edge, Safari or Firefox over ' +
        'https or localhost; in Node, install the package `webgpu`',
    );
  }
  const adapter = await api.requestAdapter({
    powerPreference: options.powerPreference ?? 'high-performance',
  });
  if (!adapter) {
    throw new NoAdapterError(
      'WebGPU is here, but it offers no adapter: check that the GPU driver is installed and that hardware ' +
        'acceleration is on (chrome://gpu shows why it is not)',
    );
  }
  const requiredLimits: Record<string, number> = {};
  if (options.limits !== 'default')
    for (const name of sizeLimits) requiredLimits[name] = adapter.limits[name];
  const requiredFeatures = usefulFeatures.filter((feature) => adapter.features.has(feature));
  const device = await adapter.requestDevice({ label: 'nalu-webgpu', requiredLimits, requiredFeatures });
  return new Gpu(device, adapterFacts(adapter), {
    ...(options.maxBytes !== undefined && { maxBytes: options.maxBytes }),
    renew: () => requestGpu(options),
  });
}
