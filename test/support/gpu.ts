/** A Gpu for a test file: made before its tests, checked for errors and freed after them. */

import { afterAll, beforeAll } from 'vitest';
import { type Gpu, type GpuOptions, requestGpu } from '../../src/index.ts';

/** `default` limits, so that every test also shows that they are enough. */
export function useGpu(options: GpuOptions = { limits: 'default' }): () => Gpu {
  let gpu: Gpu | undefined;
  beforeAll(async () => {
    gpu = await requestGpu(options);
  });
  afterAll(async () => {
    await gpu?.finished();
    gpu?.dispose();
  });
  return () => {
    if (!gpu) throw new Error('the Gpu is there only inside tests');
    return gpu;
  };
}
