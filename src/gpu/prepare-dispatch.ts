/** From a kernel's text to what can be recorded. */

import type { Bindings, KernelSource } from '../../shaders/bindings.ts';
import { LimitError } from '../errors.ts';
import type { Arena } from './arena.ts';
import type { Dispatch, Grid } from './dispatch.ts';

/**
 * Compiles `source` and fixes its buffers, of `arena` or of those around it, and its grid; buffers the kernel does not bind
 * are ignored. Rejects with LimitError when the grid is larger than the adapter's. Ask for all dispatches first and wait for
 * them together: then they compile together.
 */
export function prepareDispatch(
  arena: Arena,
  source: KernelSource,
  buffers: Readonly<Record<string, GPUBuffer | undefined>>,
  grid: Grid,
): Promise<Dispatch> {
  const dispatch = prepare(arena, source, buffers, grid);
  // Whoever waits for several hears of the first that fails; the others must not count as unheard.
  dispatch.catch(() => {});
  return dispatch;
}

async function prepare(
  arena: Arena,
  source: KernelSource,
  buffers: Readonly<Record<string, GPUBuffer | undefined>>,
  grid: Grid,
): Promise<Dispatch> {
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
  const bound: Record<string, GPUBuffer> = {};
  for (const name of Object.keys(source.bindings as Bindings)) {
    const buffer = buffers[name];
    if (!buffer) throw new Error(`kernel '${source.label}' binds '${name}', but there is no such buffer`);
    bound[name] = buffer;
  }
  const kernel = await arena.guard(arena.gpu.kernel(source));
  return { kernel, bindGroup: arena.scope(() => kernel.bind(bound)), grid };
}
