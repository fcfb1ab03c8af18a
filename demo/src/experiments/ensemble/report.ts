/** What the page is told of the models of one unit: how many succeed, an outcome for each, and one of them from close by. */

import type { LayerWeights, Task } from '../../../../src/index.ts';
import { type Outcome, solvedAt, successRate } from '../../../../src/metrics/index.ts';
import type { PlannedEnsemble } from './plan.ts';

/** Successes with the 95 % interval of their rate (Wilson's); rates from 0 to 1. */
export interface Success {
  readonly successes: number;
  readonly models: number;
  readonly rate: number;
  readonly low: number;
  readonly high: number;
}

/** At a log point. */
export interface Tally extends Success {
  readonly step: number;
  /** By range. */
  readonly ranges: readonly Success[];
}

/** Models range by range, and within a range seed by seed. */
export interface Field {
  /** By range. */
  readonly thresholds: readonly number[];
  /** Errors of each model at its selected log point, and the step of that. */
  readonly extrapolation: Float32Array<ArrayBuffer>;
  readonly validation: Float32Array<ArrayBuffer>;
  readonly steps: Int32Array<ArrayBuffer>;
  /** Step at which each model was solved; −1: it is not. */
  readonly solvedAt: Int32Array<ArrayBuffer>;
  /** Of the models that are solved. */
  readonly medianSolvedAt: number | null;
  readonly diverged: number;
  /** One for each log point so far. */
  readonly tallies: readonly Tally[];
}

export function fieldOf(
  { thresholds }: PlannedEnsemble,
  outcomes: readonly Outcome[],
  tallies: readonly Tally[],
  diverged: number,
): Field {
  const ranges = tallies.at(-1)?.ranges.length ?? 1;
  const each = outcomes.length / ranges;
  const solved = Int32Array.from(outcomes, (outcome) => outcome.solvedAt ?? -1);
  return {
    thresholds: Array.from({ length: ranges }, (_, range) => thresholds[range * each] as number),
    extrapolation: Float32Array.from(outcomes, (outcome) => outcome.extrapolation),
    validation: Float32Array.from(outcomes, (outcome) => outcome.validation),
    steps: Int32Array.from(outcomes, ({ step }) => step),
    solvedAt: solved,
    medianSolvedAt: solvedAt(solved.filter((step) => step >= 0)).median,
    diverged,
    tallies,
  };
}

export function tallyOf(step: number, outcomes: readonly Outcome[], ranges: number): Tally {
  const each = outcomes.length / ranges;
  const parts = Array.from({ length: ranges }, (_, range) =>
    outcomes.slice(range * each, (range + 1) * each),
  );
  return { step, ...successOf(outcomes), ranges: parts.map(successOf) };
}

function successOf(outcomes: readonly Outcome[]): Success {
  const successes = outcomes.filter(({ success }) => success).length;
  const { rate, ci } = successRate(successes, outcomes.length);
  return { successes, models: outcomes.length, rate, low: ci[0], high: ci[1] };
}

export interface Details {
  /** Of the selected log point. */
  readonly step: number;
  readonly validation: number;
  readonly extrapolation: number;
  readonly success: boolean;
  readonly solvedAt: number | null;
  /** Effective weights of each layer by name, `[in][out]`. */
  readonly layers: readonly Pick<LayerWeights, 'unit' | 'effective'>[];
  /** What the model computes, with every number of it; and why that cannot be read. */
  readonly exact: string | undefined;
  /** Another: the simplest formula that fits rows of the training range at least as well, its constants fitted anew. */
  readonly formula: string | undefined;
  /** Mean squared errors of the two on those rows. */
  readonly errors: { readonly model: number; readonly formula: number } | undefined;
  readonly fault: string | undefined;
}

/** Rows of the training range that the simple formula is held against. */
const ROWS = 200;

export async function detailsOf(
  { options }: PlannedEnsemble,
  weights: readonly LayerWeights[],
  outcome: Outcome,
  model: number,
): Promise<Details> {
  const { step, validation, extrapolation, success, solvedAt } = outcome;
  const layers = weights.map(({ unit, effective }) => ({ unit, effective }));
  const found = { step, validation, extrapolation, success, solvedAt, layers };
  const { printFormula, snapFormula } = await import('../../../../src/formula/index.ts');
  try {
    const parameters = weights.map((layer) => layer.parameters);
    const table = rowsOf(options.task as Task, model);
    const snapped = snapFormula(options.model, parameters, table);
    const [formula] = printFormula(snapped.formula);
    const [exact] = printFormula(snapped.exact);
    return { ...found, exact, formula, errors: snapped.errors, fault: undefined };
  } catch (error) {
    // A model that diverged has no formula, and some have one that is too long to be read.
    return {
      ...found,
      exact: undefined,
      formula: undefined,
      errors: undefined,
      fault: (error as Error).message,
    };
  }
}

/** Rows of the model's training range, spread evenly over it: those of the golden ratio's multiples. */
function rowsOf({ inputs, columns, twin }: Task, model: number) {
  const column = (name: string): number => {
    const values = columns[name] as number | readonly number[];
    return Math.fround(typeof values === 'number' ? values : (values[model] as number));
  };
  const x = Array.from({ length: ROWS }, (_, row) =>
    Array.from({ length: inputs }, (_, input) => {
      const bits = Math.imul(row * inputs + input + 1, strides[input % strides.length] as number) >>> 0;
      return twin?.input(bits, input, column) ?? Number.NaN;
    }),
  );
  const y = x.map((row) => [twin?.target(0, Float32Array.from(row), column) ?? Number.NaN]);
  return { x, y };
}

/** Odd numbers near 2³² times irrational ones, so that the inputs do not move together. */
const strides = [0x9e3779b1, 0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f];
