/** What an ensemble of this section is asked for, and the library's options that follow: the same for whoever repeats it. */

import {
  type Cell,
  type CellRequest,
  type EnsembleOptions,
  expressionBenchmark,
  findTask,
  type RangePair,
} from '../../../../src/index.ts';
import { singleModuleThreshold } from '../../../../src/metrics/index.ts';
import { type OperationName, operations } from './operations.ts';

/** Factor of the learning rate over a training. */
export type ScheduleName = 'constant' | 'cosine' | 'exponential';

export interface Plan {
  readonly operation: OperationName;
  /** For the operation `expression`. */
  readonly expression: string;
  /** Success threshold of the extrapolation error for the operation `expression`; the others have the papers'. */
  readonly threshold: number;
  readonly ranges: readonly RangePair[];
  readonly seeds: { readonly first: number; readonly count: number };
  readonly steps: number;
  readonly batch: number;
  /** Undefined: that of the unit's published recipe. */
  readonly learningRate: number | undefined;
  readonly schedule: ScheduleName;
  /** Outputs of every layer of a stack but the last. */
  readonly hidden: number;
}

export interface PlannedEnsemble {
  readonly options: EnsembleOptions & { readonly steps: number };
  readonly models: Cell['models'];
  /** One per model. */
  readonly thresholds: readonly number[];
}

/** Rows of each held-out set: a tenth of the benchmarks', which is enough to tell and ten times as quick. */
export const HELD_OUT_ROWS = 1000;

/** How far weights may be off here: ten times as far as in the papers, whose trainings are longer. */
const EPSILON = 1e-4;

const decay = { exponential: 0.01 };

const schedules: Readonly<Record<ScheduleName, ((part: number) => number) | undefined>> = {
  constant: undefined,
  cosine: (part) => (1 + Math.cos(Math.PI * part)) / 2,
  exponential: (part) => decay.exponential ** part,
};

/** Steps between two log points: about fifty in all, as in the benchmarks. */
export const logEvery = (steps: number): number => Math.max(1, Math.floor(steps / 50));

/** The ensemble of one unit, or of a stack written as `NAU → NMU`. Throws OptionError, ExpressionError. */
export function planEnsemble(plan: Plan, unit: string): PlannedEnsemble {
  const cell = cellOf(plan, unit);
  const { steps } = plan;
  const { validation, extrapolation } = cell.evaluate;
  const factor = schedules[plan.schedule];
  return {
    options: {
      ...cell.options,
      steps,
      batch: plan.batch,
      logEvery: logEvery(steps),
      ...(factor && { learningRateFactor: (step: number) => factor(step / steps) }),
      evaluate: {
        validation: { ...validation, rows: HELD_OUT_ROWS },
        extrapolation: { ...extrapolation, rows: HELD_OUT_ROWS },
      },
    },
    models: cell.models,
    thresholds: thresholdsOf(plan, cell),
  };
}

/** By the recipe of the benchmark where the literature has one, else by the last unit's own; schedules follow the steps. */
function cellOf(plan: Plan, unit: string): Cell {
  const { operation, ranges, seeds, steps, learningRate } = plan;
  const request: Omit<CellRequest, 'operation'> = {
    unit,
    ranges,
    steps,
    seeds: Array.from({ length: seeds.count }, (_, index) => seeds.first + index),
    ...(learningRate !== undefined && { learningRate }),
  };
  const { capable } = operations[operation];
  if (operation !== 'expression' && capable.includes(unit)) {
    return findTask('single-module').cell({ ...request, operation });
  }
  const expression = expressionOf(plan);
  const settings = { hidden: plan.hidden, threshold: plan.threshold };
  return expressionBenchmark({ expression, ranges }).cell({ ...request, operation: expression, settings });
}

export const expressionOf = ({ operation, expression }: Pick<Plan, 'operation' | 'expression'>): string =>
  operations[operation].expression ?? expression;

function thresholdsOf({ operation, threshold, ranges }: Plan, { models }: Cell): number[] {
  if (operation === 'expression') return models.map(() => threshold);
  const each = ranges.map(({ extrapolationRange }) =>
    singleModuleThreshold(operation, extrapolationRange, { epsilon: EPSILON }),
  );
  const seeds = models.length / ranges.length;
  return models.map((_, model) => each[Math.floor(model / seeds)] as number);
}
