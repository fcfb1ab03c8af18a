/** The entry `nalu-webgpu/core` in Node. */

export * from './core.ts';
export { type NodeGpu, type NodeGpuOptions, nodeGpu, requestGpu } from './node/request-gpu.ts';
