/**
 * Formulas: read from trained models or from text, made simple, computed, differentiated and printed.
 *
 * An entry point of its own (`nalu-webgpu/formula`), since training does not need it.
 *
 * @module nalu-webgpu/formula
 */

import '../units/registry.ts';

export type { Parametrized, Table as Columns } from '../expression/columns.ts';
export type { RowNumber } from '../expression/evaluate.ts';
export type { LanguageName } from '../expression/languages.ts';
export {
  type Call,
  type Constant,
  type Domain,
  type Expression,
  type Formula,
  type FunctionName,
  type Leaf,
  type NamedSymbol,
  type Operand,
  type OperatorName,
  op,
  symbol,
  type Variable,
} from '../expression/tree.ts';
export {
  ColumnProgram,
  compile,
  complexityOf,
  constant,
  derivative,
  evaluate,
  evaluateColumns,
  gradient,
  parametrize,
  parseExpression,
  printFormula,
  printName,
  simplify,
  sizeOf,
  variable,
  variablesOf,
  writeProgram,
} from './expressions.ts';
export { type FormulaOptions, formulaOf, type LayerParameters } from './formula-of.ts';
export { type Scaling, scaleRows, scalingOf, unscaled, unscaleRows } from './scaling.ts';
export { type FormulaData, type SnapOptions, type SnappedFormula, snapFormula } from './snap.ts';
