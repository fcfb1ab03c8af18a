/** Where a Gpu comes from: a device of its own, or one that is borrowed. */

import { LimitError, NoAdapterError, NoWebGpuError, OptionError } from '../errors.ts';
import { checkOptions } from '../options/check.ts';
import { anything, type Description, having, number, oneOf } from '../options/kinds.ts';
import { adapterFacts, deviceFacts } from './adapter.ts';
import { Gpu } from './gpu.ts';

/** Which device `requestGpu` asks for, or works on. */
export interface GpuOptions {
  /**
   * A device of somebody else to work on, instead of one of its own. It is left as it is: `dispose` frees this package's
   * buffers and nothing more, errors of others stay theirs, and no event of the device is taken. It needs the limits that
   * every WebGPU device has by default; larger buffers are used where it has them, and the feature `subgroups`. Buffers of the
   * same device can be passed to models. Not together with `gpu`, `powerPreference` or `limits`.
   */
  device?: GPUDevice;
  /** Where WebGPU comes from. Default: `navigator.gpu`. */
  gpu?: GPU;
  /** Default: `'high-performance'`. */
  powerPreference?: 'high-performance' | 'low-power';
  /**
   * `'adapter'` (default) asks for the adapter's own limits on buffer sizes, so that larger models fit;
   * `'default'` stays with the limits every WebGPU device has.
   */
  limits?: 'adapter' | 'default';
  /** Bytes of GPU memory that may be in use at once; beyond them allocating is an OutOfMemoryError. Default: no limit. */
  maxBytes?: number;
}

const gpuDescription: Description<GpuOptions> = {
  fields: {
    device: anything<GPUDevice>('a GPUDevice'),
    gpu: having<GPU>('what has WebGPU, as navigator.gpu', 'requestAdapter'),
    powerPreference: oneOf('high-performance', 'low-power'),
    limits: oneOf('adapter', 'default'),
    maxBytes: number({ least: 0, infinite: true }),
  },
};

/** `given`, checked. Throws OptionError. */
export const checkGpuOptions = (given: GpuOptions): GpuOptions =>
  checkOptions(gpuDescription, given, 'requestGpu()');

/** Limits that decide how large a model or data set may be. */
const sizeLimits = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxComputeWorkgroupStorageSize',
] as const;
const usefulFeatures: GPUFeatureName[] = ['subgroups' as GPUFeatureName];

/** What the kernels are written for: WebGPU's defaults. A device in compatibility mode has less. */
const neededLimits = {
  maxStorageBuffersPerShaderStage: 8,
  maxComputeWorkgroupStorageSize: 16384,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupSizeX: 256,
  maxComputeWorkgroupsPerDimension: 65535,
} as const;

/**
 * Asks for an adapter and a device, or works on `options.device`. Rejects with NoWebGpuError or NoAdapterError when there is none;
 * for a device with OptionError if it is none, LimitError if it cannot do enough, and DeviceLostError if it is lost.
 */
export async function requestGpu(given: GpuOptions = {}): Promise<Gpu> {
  const options = checkGpuOptions(given);
  if (options.device !== undefined) return borrow(options.device, options);
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

async function borrow(device: GPUDevice, options: GpuOptions): Promise<Gpu> {
  for (const name of ['gpu', 'powerPreference', 'limits'] as const) {
    if (options[name] !== undefined) {
      throw new OptionError(
        `device and ${name} were given; ${name} is of no use to a device that is there already`,
      );
    }
  }
  const gpu = borrowedGpu(device, options.maxBytes);
  // A device that is lost has said so, once pending work is done.
  await new Promise((resolve) => setTimeout(resolve));
  gpu.check();
  return gpu;
}

/** A Gpu on somebody else's device. Throws as `requestGpu` does, but cannot know whether the device is lost. */
export function borrowedGpu(device: GPUDevice, maxBytes?: number): Gpu {
  if (typeof device?.createBuffer !== 'function' || !device.limits || !device.queue) {
    throw new OptionError('device must be a GPUDevice, as adapter.requestDevice() gives it (after await)');
  }
  for (const [name, needed] of Object.entries(neededLimits)) {
    const available = device.limits[name as keyof typeof neededLimits];
    if (available < needed)
      throw new LimitError(name, available, needed, 'request the device with this limit');
  }
  return new Gpu(device, deviceFacts(device), {
    borrowed: true,
    ...(maxBytes !== undefined && { maxBytes }),
  });
}
