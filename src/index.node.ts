/**
 * The public API in Node: the same as in browsers, over Dawn (npm package `webgpu`) where Node has no WebGPU itself.
 *
 * @module nalu-webgpu
 */

export * from './index.ts';
export type { AdapterChoice } from './node/environment.ts';
export { folderStore } from './node/folder-store.ts';
export { type NodeGpu, type NodeGpuOptions, nodeGpu, requestGpu } from './node/request-gpu.ts';
