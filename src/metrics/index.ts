/**
 * Success rates, solved-at and sparsity with their intervals, thresholds and selection: the metrics of the field.
 *
 * An entry point of its own (`nalu-webgpu/metrics`), since it needs a library of statistics and training does not.
 *
 * @module nalu-webgpu/metrics
 */

export type { InputRange } from '../range.ts';
export {
  type SolvedAt,
  type SparsityErrors,
  type SuccessRate,
  solvedAt,
  sparsityErrors,
  successRate,
} from './estimates.ts';
export type { Interval } from './profile.ts';
export {
  type MeasuredPoint,
  type Outcome,
  type Remeasure,
  Selection,
  type SelectionOptions,
  type SelectionState,
} from './selection.ts';
export { type Summary, summarize } from './summarize.ts';
export {
  type ArithmeticOperation,
  type ArithmeticOptions,
  arithmeticSubsets,
  arithmeticThreshold,
  type RecurrentThresholdOptions,
  recurrentThreshold,
  type SingleModuleOperation,
  type SingleModuleOptions,
  type Subsets,
  singleModuleThreshold,
} from './thresholds.ts';
