/** A Gpu for a test file: made before its tests, checked for errors and freed after them. */

import { afterAll, beforeAll, expect } from 'vitest';
import { type Gpu, type GpuOptions, requestGpu } from '../../src/index.ts';

/** `default` limits, so that every test also shows that they are enough. */
export function useGpu(options: GpuOptions = { limits: 'default' }): () => Gpu {
  let gpu: Gpu | undefined;
  // The package hears of every error it makes: none is left for the device's own event.
  const uncaptured: string[] = [];
  beforeAll(async () => {
    gpu = await requestGpu(options);
    gpu.device.addEventListener('uncapturederror', ({ error }) => uncaptured.push(error.message));
  });
  afterAll(async () => {
    await gpu?.finished();
    gpu?.dispose();
    expect(uncaptured).toEqual([]);
  });
  return () => {
    if (!gpu) throw new Error('the Gpu is there only inside tests');
    return gpu;
  };
}
