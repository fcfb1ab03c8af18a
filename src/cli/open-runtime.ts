/** Starts Dawn in this process, or headless Chrome. */

import { type Gpu, requestGpu } from '../index.ts';
import { nodeGpu } from '../node/dawn.ts';
import { reproduce } from '../reproduce/reproduce.ts';
import { orAborted } from './interrupt.ts';
import type { AdapterOptions, SharedOptions } from './options.ts';
import type { Runtime } from './runtime.ts';
import { dawnVersion } from './versions.ts';

/** A device of Dawn in this process; rejects with the signal's reason when it aborts meanwhile. */
export async function openNodeGpu({ adapter }: AdapterOptions, signal: AbortSignal): Promise<Gpu> {
  const opened = nodeGpu(adapter ? { adapter } : {}).then(({ gpu }) => requestGpu({ gpu }));
  return orAborted(opened, signal, (gpu) => gpu.dispose());
}

/** Starts the runtime that `options` ask for; rejects with the signal's reason when it aborts meanwhile. */
export async function openRuntime(options: SharedOptions, signal: AbortSignal): Promise<Runtime> {
  if (options.runtime === 'chrome') {
    const { openChrome } = await import('./chrome.ts');
    return openChrome(options.adapter, signal);
  }
  const gpu = await openNodeGpu(options, signal);
  const dawn = dawnVersion() ?? 'unknown';
  return {
    name: 'node',
    webgpu: `Dawn, from the npm package webgpu ${dawn}`,
    versions: { node: process.versions.node, dawn },
    adapter: gpu.adapter,
    reproduce: (options) => reproduce(gpu, options),
    close: async () => gpu.dispose(),
  };
}
