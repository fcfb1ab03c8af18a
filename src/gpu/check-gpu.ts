/** Whether what was given as a `Gpu` is one. */

import { OptionError } from '../errors.ts';
import { isPromise, show } from '../options/check.ts';
import type { Gpu } from './gpu.ts';

/** Throws OptionError unless `gpu` is what `requestGpu` resolves with, and says so where the `await` was forgotten. */
export function checkGpu(gpu: Gpu): void {
  if (typeof (gpu as Partial<Gpu> | undefined)?.checkSize === 'function') return;
  const advice = isPromise(gpu)
    ? 'write: const gpu = await requestGpu()'
    : 'it must be what requestGpu() resolves with: const gpu = await requestGpu()';
  throw new OptionError(`gpu is ${isPromise(gpu) ? 'a promise' : show(gpu)}; ${advice}`);
}
