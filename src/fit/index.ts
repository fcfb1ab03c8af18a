/**
 * From a table to the formula in it.
 *
 * An entry point of its own (`nalu-webgpu/fit`), since training does not need it. Runs wherever there is a `Gpu`.
 *
 * @module nalu-webgpu/fit
 */

import '../units/registry.ts';

export type { Errors } from './errors.ts';
export { type FitOptions, type FitProgress, fit } from './fit.ts';
export type { FittedFormula } from './formulas.ts';
export { fitJson } from './json.ts';
export { type FittedModelToSave, modelToSave } from './model-to-save.ts';
export type { FitResult, MeasuredBaseline, StopReason } from './result.ts';
export type { FittedModel } from './saved-model.ts';
export { parseSplit, type Split, type SplitRows } from './split.ts';
