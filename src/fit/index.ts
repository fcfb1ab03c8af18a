/**
 * From a table to the formula in it.
 *
 * An entry point of its own (`nalu-webgpu/fit`), since training does not need it. Much is found without a device; what is
 * not is searched by ensembles of models where there is a `Gpu`.
 *
 * @module nalu-webgpu/fit
 */

import '../units/registry.ts';

export type { PartedRows } from './candidate.ts';
export { type Meaning, meaningsOf } from './constants.ts';
export type { Device } from './ensembles.ts';
export type { Errors } from './errors.ts';
export { fit } from './fit.ts';
export { type FormulaToSave, formulaToSave } from './formula-to-save.ts';
export type { FittedFormula } from './formulas.ts';
export { fitJson } from './json.ts';
export { type FitOptions, type FitProgress, lawFunctions } from './options.ts';
export { readSavedFit } from './read-saved.ts';
export type { FitResult, MeasuredBaseline, StopReason } from './result.ts';
export type { SavedEnsembles, SavedFit } from './saved.ts';
export { parseSplit, type Split, type SplitRows } from './split.ts';
export type { SavedSearch } from './structured/saved.ts';
