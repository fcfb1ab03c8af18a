/** Formulas out of trained models. An entry point of its own: `nalu-webgpu/formula`. */

export { type Scaling, scaleRows, scalingOf, unscaled, unscaleRows } from './scaling.ts';
