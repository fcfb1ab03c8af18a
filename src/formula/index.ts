/**
 * Formulas out of trained models: read, made simple, computed and printed.
 *
 * An entry point of its own (`nalu-webgpu/formula`), since training does not need it.
 */

import '../units/registry.ts';

export { compile, evaluate, type RowNumber } from './evaluate.ts';
export {
  type Constant,
  type Domain,
  type Expression,
  type Formula,
  type FunctionName,
  sizeOf,
  type Variable,
  variablesOf,
} from './expression.ts';
export { type FormulaOptions, formulaOf, type LayerParameters } from './formula-of.ts';
export { printFormula, printName, writeProgram } from './print.ts';
export { type Scaling, scaleRows, scalingOf, unscaled, unscaleRows } from './scaling.ts';
export { type FormulaData, type SnapOptions, type SnappedFormula, snapFormula } from './snap.ts';
export type { StyleName } from './style.ts';
