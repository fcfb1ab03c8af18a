/**
 * Trained models for elsewhere: modules of JavaScript and Python that need nothing of this package, and ONNX.
 *
 * An entry point of its own (`nalu-webgpu/export`), since training does not need it.
 *
 * @module nalu-webgpu/export
 */

import '../units/registry.ts';

export { toJavaScript } from './javascript.ts';
export type { ModelToExport } from './layers.ts';
export { toOnnx } from './onnx.ts';
export { toPython } from './python.ts';
