/** WebGPU in Node: Dawn out of the npm package `webgpu`, on the machine's GPU or, without one, on SwiftShader. */

import { join } from 'node:path';
import { NoAdapterError, NoWebGpuError } from '../errors.ts';
import { adapterFacts } from '../gpu/adapter.ts';
import { checkOptions } from '../options/check.ts';
import { type Description, list, oneOf, text } from '../options/kinds.ts';
import { installCommand } from './chromium-package.ts';
import { slowDownTicks } from './dawn-ticks.ts';
import { type AdapterChoice, adapterWanted } from './environment.ts';
import { findSwiftShader, loadVulkan, type SwiftShader } from './swiftshader.ts';

/** Options of `nodeGpu`. */
export interface NodeGpuOptions {
  /** Default: the environment variable `NALU_ADAPTER`, or `'default'`. */
  adapter?: AdapterChoice;
  /** Dawn toggles to switch on, by Dawn's names, for example `dump_shaders`. Default: none. */
  dawnFeatures?: readonly string[];
}

const nodeGpuDescription: Description<NodeGpuOptions> = {
  fields: { adapter: oneOf('default', 'software'), dawnFeatures: list(text) },
};

/** A WebGPU of Dawn's in this process. */
export interface NodeGpu {
  /** As `navigator.gpu` of a browser. */
  gpu: GPU;
  /** True when its adapter runs on the CPU. */
  software: boolean;
}

/**
 * Dawn crashes when the object that `create` returned is collected while one of its devices is in use, so each is
 * kept, and used again. That does not keep the process alive.
 */
const instances = new Map<string, Promise<NodeGpu>>();

/** WebGPU for this Node process. Rejects with NoWebGpuError or NoAdapterError, which name the fix. */
export async function nodeGpu(given: NodeGpuOptions = {}): Promise<NodeGpu> {
  const options = checkOptions(nodeGpuDescription, given, 'nodeGpu()');
  const adapter = adapterWanted(options.adapter);
  const flags = options.dawnFeatures?.length
    ? [`enable-dawn-features=${options.dawnFeatures.join(',')}`]
    : [];
  const key = JSON.stringify([adapter, flags]);
  let instance = instances.get(key);
  if (!instance) {
    instance = start(adapter, flags);
    instances.set(key, instance);
    instance.catch(() => instances.delete(key));
  }
  return instance;
}

async function start(adapter: AdapterChoice, flags: string[]): Promise<NodeGpu> {
  const { create, globals } = await importDawn();
  slowDownTicks();
  for (const [name, value] of Object.entries(globals)) {
    if (!(name in globalThis))
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  const plain = () => use(create(flags), adapter === 'software');
  const swiftShader = async () => {
    const driver = await findSwiftShader();
    return driver && withDriver(driver, () => use(create(flags), false));
  };
  const tried = adapter === 'default' ? [plain, swiftShader] : [swiftShader, plain];
  for (const attempt of tried) {
    // Without a Vulkan loader Dawn only prints a warning and finds nothing.
    if (attempt === plain && process.platform === 'linux' && !loadVulkan('libvulkan.so.1')) continue;
    const found = await attempt();
    if (found) return found;
  }
  throw new NoAdapterError(
    `Dawn found no ${adapter === 'software' ? 'software ' : ''}adapter on this machine: ${advice()}`,
  );
}

/** The instance if it has an adapter; with `software`, every adapter it hands out is a software one. */
async function use(gpu: GPU, software: boolean): Promise<NodeGpu | undefined> {
  const adapter = await gpu.requestAdapter({ forceFallbackAdapter: software });
  if (!adapter) return undefined;
  if (software) {
    const request = gpu.requestAdapter.bind(gpu);
    gpu.requestAdapter = (options) => request({ ...options, forceFallbackAdapter: true });
  }
  return { gpu, software: adapterFacts(adapter).software };
}

/** Runs `action` while the Vulkan loader sees only this driver; child processes started later are not affected. */
async function withDriver<T>({ icd, directory }: SwiftShader, action: () => Promise<T>): Promise<T> {
  const names = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES'];
  const before = names.map((name) => process.env[name]);
  for (const name of names) process.env[name] = icd;
  try {
    if (!loadVulkan('libvulkan.so.1')) loadVulkan(join(directory, 'libvulkan.so.1'));
    return await action();
  } finally {
    names.forEach((name, at) => {
      if (before[at] === undefined) delete process.env[name];
      else process.env[name] = before[at];
    });
  }
}

async function importDawn(): Promise<{ create(flags: string[]): GPU; globals: object }> {
  try {
    return await import('webgpu');
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
    const reason = missing
      ? 'the package `webgpu` is not installed'
      : `the package \`webgpu\` did not load (${cause})`;
    const software = isLinuxX64 ? `, and \`${installCommand}\` too on a machine without a GPU` : '';
    throw new NoWebGpuError(
      `Node has no WebGPU of its own and ${reason}: run \`npm install webgpu\`${software}`,
      { cause },
    );
  }
}

const isLinuxX64 = process.platform === 'linux' && process.arch === 'x64';

function advice(): string {
  if (isLinuxX64) {
    return (
      "install a Vulkan driver (for example Debian's mesa-vulkan-drivers), or the software adapter: " +
      `\`${installCommand}\``
    );
  }
  return 'install the GPU driver of this machine';
}
