/** What goes wrong on a device, caught where it was caused: a fault of one operation is no fault of another. */

import { GpuValidationError, type NaluError, OutOfMemoryError } from '../errors.ts';

/** From the outermost scope in. */
const filters: readonly GPUErrorFilter[] = ['out-of-memory', 'internal', 'validation'];

/**
 * Runs `action` in error scopes of its own. `fault` resolves with what the device says of it, undefined if nothing: also
 * where the device is lost, which is reported elsewhere.
 */
export function withScopes<T>(
  device: GPUDevice,
  action: () => T,
): { made: T; fault: Promise<NaluError | undefined> } {
  for (const filter of filters) device.pushErrorScope(filter);
  let scopes: Promise<(GPUError | null)[]>;
  let made: T;
  try {
    made = action();
  } finally {
    scopes = Promise.all(filters.map(() => device.popErrorScope()));
    scopes.catch(() => {});
  }
  return { made, fault: scopes.then(typed, () => undefined) };
}

/** Of what the scopes caught, from the innermost out, the cause: what could not be allocated is then invalid, too. */
function typed([invalid, internal, memory]: readonly (GPUError | null)[]): NaluError | undefined {
  if (memory) {
    return new OutOfMemoryError(
      `the GPU is out of memory (${memory.message}): use a smaller model, batch or data set`,
    );
  }
  const error = invalid ?? internal;
  return error ? new GpuValidationError(`WebGPU rejected a call: ${error.message}`) : undefined;
}
