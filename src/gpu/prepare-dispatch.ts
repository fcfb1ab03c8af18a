/** From a kernel's text to what can be recorded. */

import type { Bindings, KernelSource } from '../../shaders/bindings.ts';
import { LimitError } from '../errors.ts';
import type { Arena } from './arena.ts';
import type { Dispatch, Grid } from './dispatch.ts';
import type { Kernel } from './kernel.ts';

/** What kernels bind, by name: buffers of the arena, of those around it, or of the caller. */
export type BoundBuffers = Readonly<Record<string, GPUBuffer | GPUBufferBinding | undefined>>;

/**
 * Compiles `source` and fixes its buffers and its grid; buffers the kernel does not bind are ignored. Rejects with LimitError
 * when the grid is larger than the adapter's. Ask for all dispatches first and wait for them together: then they compile
 * together.
 */
export function prepareDispatch(
  arena: Arena,
  source: KernelSource,
  buffers: BoundBuffers,
  grid: Grid,
): Promise<Dispatch> {
  const dispatch = compiledKernel(arena, source).then((kernel) =>
    bindDispatch(arena, source, kernel, buffers, grid),
  );
  // Whoever waits for several hears of the first that fails; the others must not count as unheard.
  dispatch.catch(() => {});
  return dispatch;
}

/** The kernel alone, to be bound later. */
export function compiledKernel(arena: Arena, source: KernelSource): Promise<Kernel> {
  const kernel = (async () => arena.guard(arena.gpu.kernel(source)))();
  kernel.catch(() => {}); // as above
  return kernel;
}

/** Binds a compiled kernel, without waiting. */
export function bindDispatch(
  arena: Arena,
  source: KernelSource,
  kernel: Kernel,
  buffers: BoundBuffers,
  grid: Grid,
): Dispatch {
  const limit = arena.gpu.device.limits.maxComputeWorkgroupsPerDimension;
  const largest = Math.max(...grid);
  if (largest > limit) {
    throw new LimitError(
      'maxComputeWorkgroupsPerDimension',
      limit,
      largest,
      'use fewer rows at a time (batch)',
    );
  }
  const bound: Record<string, GPUBuffer | GPUBufferBinding> = {};
  for (const name of Object.keys(source.bindings as Bindings)) {
    const buffer = buffers[name];
    if (!buffer) throw new Error(`kernel '${source.label}' binds '${name}', but there is no such buffer`);
    bound[name] = buffer;
  }
  return { kernel, bindGroup: arena.scope(() => kernel.bind(bound)), grid };
}
