/**
 * Formulas: read from trained models or from text, made simple, computed, differentiated and printed.
 *
 * An entry point of its own (`nalu-webgpu/formula`), since training does not need it.
 *
 * @module nalu-webgpu/formula
 */

import '../units/registry.ts';

export { ColumnProgram, evaluateColumns, type Parametrized, parametrize } from '../expression/columns.ts';
export { derivative, gradient } from '../expression/differentiate.ts';
export { compile, evaluate, type RowNumber } from '../expression/evaluate.ts';
export type { LanguageName } from '../expression/languages.ts';
export { complexityOf } from '../expression/layout.ts';
export { parseExpression } from '../expression/parse.ts';
export { printFormula, printName, writeProgram } from '../expression/print.ts';
export { simplify } from '../expression/simplify.ts';
export {
  type Call,
  type Constant,
  constant,
  type Domain,
  type Expression,
  type Formula,
  type FunctionName,
  type NamedSymbol,
  type OperatorName,
  op,
  sizeOf,
  symbol,
  type Variable,
  variable,
  variablesOf,
} from '../expression/tree.ts';
export { type FormulaOptions, formulaOf, type LayerParameters } from './formula-of.ts';
export { type Scaling, scaleRows, scalingOf, unscaled, unscaleRows } from './scaling.ts';
export { type FormulaData, type SnapOptions, type SnappedFormula, snapFormula } from './snap.ts';
