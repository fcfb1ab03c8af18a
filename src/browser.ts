/**
 * All of the package but its metrics, as one module for pages without a bundler: the entry `nalu-webgpu/browser`, which is the file
 * `dist/nalu-webgpu.min.js`.
 *
 * @module nalu-webgpu/browser
 */

export * from './export/index.ts';
export * from './fit/index.ts';
export * from './formula/index.ts';
export * from './index.ts';
export * from './io/index.ts';
