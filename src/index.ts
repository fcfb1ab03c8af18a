/** The public API: the core, the names of all units, and the tasks of the literature. */

export * from './core.ts';
export { arithmeticSweeps, type Sweep } from './tasks/arithmetic-sweeps.ts';
export {
  type Experiment,
  type ExperimentData,
  type ExperimentName,
  experiments,
  maxRelativeError,
  type Recipe,
  type RecipeName,
} from './tasks/article.ts';
export type {
  BenchmarkTask,
  Cell,
  CellModel,
  CellOptions,
  CellRequest,
  RangePair,
  Settings,
} from './tasks/benchmark.ts';
export { type ExpressionBenchmarkOptions, expressionBenchmark } from './tasks/expression-benchmark.ts';
export { type ExpressionTaskOptions, expressionTask } from './tasks/expression-task.ts';
export { type IdentityCurve, identityCurve } from './tasks/identity.ts';
export { findTask, tasks } from './tasks/registry.ts';
export { type Span, type SumsTaskOptions, sumsTask } from './tasks/sums.ts';
export { describeUnit } from './units/descriptions.ts';
export { findUnit, units } from './units/registry.ts';
