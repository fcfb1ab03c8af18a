/** What a formula is compared with: a linear fit and a small network, neither of which knows a law. */

import type { Devices } from '../engines/ensemble/devices.ts';
import { evaluate } from '../expression/evaluate.ts';
import { product, sum } from '../expression/simplify.ts';
import type { Formula } from '../expression/tree.ts';
import { constant, variable } from '../expression/tree.ts';
import { solveLeastSquares } from '../formula/least-squares.ts';
import { type Scaling, scaleRows, unscaleRows } from '../formula/scaling.ts';
import { parseArchitecture } from './architectures.ts';
import type { PartedRows } from './candidate.ts';
import { type Errors, errorsOf, rootMeanSquare } from './errors.ts';
import { policy } from './policy.ts';
import { pickRows, rowNumbers, thinned } from './rows.ts';
import { type Start, Starts } from './starts.ts';
import { Timer } from './timer.ts';

export interface Baseline {
  readonly name: string;
  readonly inRange: Errors;
  readonly outOfRange: Errors;
  /** Predictions for rows [rows, inputs] as they are in the table. */
  predict(x: Float64Array): Float64Array;
}

export interface LinearBaseline extends Baseline {
  readonly formula: Formula;
}

/** Rows that a line is fitted to, if there are more: it is no better for those. */
const MOST_FITTED = 20_000;

/** The linear least squares fit of the rows inside, with a constant; in folds, each is predicted by a fit to the others. */
export function linearBaseline(rows: PartedRows): LinearBaseline {
  const { inside, folds } = rows;
  const all = rowNumbers(inside.y.length);
  const formula = linearFit(rows, all);
  const baseline = measured('linear fit', rows, (x) => evaluate(formula, x));
  if (!folds) return { formula, ...baseline };
  const width = rows.inputs.length;
  const predicted = new Float64Array(inside.y.length);
  for (let fold = 0; fold < policy.folds; fold++) {
    const own = all.filter((row) => row % policy.folds === fold);
    const others = linearFit(
      rows,
      all.filter((row) => row % policy.folds !== fold),
    );
    const values = evaluate(others, pickRows(inside.x, width, own));
    own.forEach((row, at) => {
      predicted[row] = values[at] as number;
    });
  }
  return { formula, ...baseline, outOfRange: errorsOf(predicted, rows.outside.y) };
}

function linearFit({ inputs, target, inside }: PartedRows, of: readonly number[]): Formula {
  const width = inputs.length;
  const chosen = thinned(of, MOST_FITTED);
  const y = pickRows(inside.y, 1, chosen);
  const columns = inputs.map((_, k) =>
    y.map((_, at) => inside.x[(chosen[at] as number) * width + k] as number),
  );
  const ones = new Float64Array(y.length).fill(1);
  // Scaled, so that the squares of numbers like 1e-300 and 1e300 stay numbers.
  const sizes = [...columns, ones].map((column) => rootMeanSquare(column) || 1);
  const size = rootMeanSquare(y) || 1;
  const solution = solveLeastSquares(
    [...columns, ones].map((column, k) => column.map((value) => value / (sizes[k] as number))),
    y.map((value) => value / size),
  ).map((value, k) => (value / (sizes[k] as number)) * size);
  return {
    variables: inputs,
    targets: [target],
    expressions: [
      sum(
        ...inputs.map((_, k) => product(constant(solution[k] as number), variable(k))),
        constant(solution[width] as number),
      ),
    ],
  };
}

export interface NetworkOptions {
  /** Steps of training. */
  readonly steps: number;
  readonly seed: number;
  /** Seconds of training, compilation apart. */
  readonly seconds: number;
  readonly signal: AbortSignal;
}

const NETWORK_STARTS = 4;

/**
 * A network with one hidden layer of rectified linear units, on columns of mean 0 and deviation 1, as such networks are used. Of
 * its starts the one that is best on the rows held out counts. Undefined where `signal` aborted before it learnt anything.
 */
export async function networkBaseline(
  devices: Devices,
  rows: PartedRows,
  { steps, seed, seconds, signal }: NetworkOptions,
): Promise<Baseline | undefined> {
  const width = rows.inputs.length;
  const x = standardise(rows.inside.x, width);
  const [y] = standardise(rows.inside.y, 1) as [Scaling];
  const scaled = (values: Float64Array, scaling: readonly Scaling[]) =>
    Float32Array.from(scaleRows(values, scaling));
  // As wide as fits a kernel without loops, which compile slowly.
  const hidden = Math.max(4, Math.min(16, Math.floor(120 / (width + 1))));
  const starts = new Starts(
    parseArchitecture(`Dense ReLU(${hidden}) -> Linear`),
    {
      inputs: width,
      x: scaled(rows.inside.x, x),
      y: scaled(rows.inside.y, [y]),
      heldOutX: scaled(rows.outside.x, x),
      heldOutY: scaled(rows.outside.y, [y]),
    },
    Array.from({ length: NETWORK_STARTS }, (_, k) => (seed + k) >>> 0),
  );
  const timer = new Timer(seconds, signal);
  try {
    await starts.train(devices, steps, {
      signal: timer.signal,
      onReady: () => timer.begin(),
    });
  } finally {
    timer.dispose();
  }
  const best: Start | undefined = starts.ranked()[0];
  if (!best) return undefined;
  return measured(`network of ${hidden} hidden units`, rows, (values) =>
    unscaleRows(starts.predict(best, scaled(values, x)), [y]),
  );
}

function measured(name: string, rows: PartedRows, predict: Baseline['predict']): Baseline {
  return {
    name,
    inRange: errorsOf(predict(rows.inside.x), rows.inside.y),
    outOfRange: errorsOf(predict(rows.outside.x), rows.outside.y),
    predict,
  };
}

/** Mean and deviation of every column. */
function standardise(values: Float64Array, width: number): Scaling[] {
  const count = values.length / width;
  return Array.from({ length: width }, (_, k) => {
    const column = Float64Array.from({ length: count }, (_, row) => values[row * width + k] as number);
    const offset = column.reduce((total, value) => total + value / count, 0);
    return { offset, scale: rootMeanSquare(column.map((value) => value - offset)) || 1 };
  });
}
