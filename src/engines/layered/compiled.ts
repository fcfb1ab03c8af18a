/** Compilation within bounds. */

import type { KernelSource } from '../../../shaders/bindings.ts';
import type { Gpu } from '../../gpu/gpu.ts';

export interface Bounds {
  /** By `performance.now()`. */
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
}

/** The longest that a timer waits. */
const LONGEST = 2 ** 31 - 1;

/** Whether `source` is compiled before the deadline; later it goes on unattended. Rejects when the signal fires. */
export async function compiled(
  gpu: Gpu,
  source: KernelSource,
  { deadline, signal }: Bounds,
): Promise<boolean> {
  signal?.throwIfAborted();
  const left = deadline - performance.now();
  if (left <= 0) return false;
  let end = () => {};
  const ended = new Promise<boolean>((resolve, reject) => {
    const timer = setTimeout(() => resolve(false), Math.min(left, LONGEST));
    const abort = () => reject(signal?.reason);
    signal?.addEventListener('abort', abort);
    end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
  });
  try {
    return await Promise.race([gpu.kernel(source).then(() => true), ended]);
  } finally {
    end();
  }
}
