/** Predictions of trained ensembles, in float64 on the CPU: of each model, or of all of them together. */

import { DataError, OptionError } from '../../errors.ts';
import { type Matrix, type Rows, toMatrix } from '../../model/data.ts';
import type { ResolvedModel } from '../../model/description.ts';
import { predict64 } from '../../model/evaluate.ts';
import { type Sequences, toSequences } from '../../model/sequences.ts';
import { parametersPerModel } from '../../model/weights.ts';
import { isList } from '../../options/list.ts';

/** What is predicted: by the run of this index, or for each output the mean or the median over all runs that did not diverge. */
export type Predictor = number | 'mean' | 'median';

/** The trained runs of one architecture. */
export interface TrainedRuns {
  readonly model: ResolvedModel;
  /** Steps of a training sequence, where models are recurrent. */
  readonly sequence?: number | undefined;
  /** Model after model. */
  readonly parameters: Float32Array;
  /** Whether each run may be believed. */
  readonly kept: readonly boolean[];
}

/** Predictions of every run, `[rows, outputs]` each, in the order of the runs. Throws DataError, and OptionError for units without an equation in float64. */
export function predictEach(runs: TrainedRuns, x: Rows | Sequences): Float64Array[] {
  const matrix = receive(runs, x);
  return runs.kept.map((_, index) => predictRun(runs, matrix, index));
}

/** Predictions `[rows, outputs]`. Throws DataError, or OptionError where there is no such run or none to believe. */
export function predictRuns(runs: TrainedRuns, x: Rows | Sequences, by: Predictor): Float64Array {
  const matrix = receive(runs, x);
  if (typeof by === 'number') {
    if (!(Number.isInteger(by) && by >= 0 && by < runs.kept.length)) {
      throw new OptionError(`there is no run ${by}; they are numbered from 0 to ${runs.kept.length - 1}`);
    }
    return predictRun(runs, matrix, by);
  }
  if (by !== 'mean' && by !== 'median') {
    throw new OptionError(
      `predict() has no '${String(by)}'; it must be the index of a run, 'mean' or 'median'`,
    );
  }
  const all = runs.kept.flatMap((kept, index) => (kept ? [predictRun(runs, matrix, index)] : []));
  if (all.length === 0) throw new OptionError('all runs diverged; there is nothing to predict with');
  const values = new Float64Array(all.length);
  return Float64Array.from({ length: matrix.rows * runs.model.outputs }, (_, at) => {
    all.forEach((own, index) => {
      values[index] = own[at] as number;
    });
    return by === 'mean' ? meanOf(values) : medianOf(values);
  });
}

/** Rows, or sequences, whose steps are those of the first; of numbers in one flat list, as many as in training. */
function receive({ model, sequence }: TrainedRuns, x: Rows | Sequences): Matrix {
  if (sequence === undefined) return toMatrix('x', x as Rows, model.inputs);
  const first: unknown = isList(x) ? x[0] : undefined;
  const flat = isList(first) && !isList(first[0]);
  const steps = isList(first) ? first.length / (flat ? model.inputs : 1) : sequence;
  if (Number.isInteger(steps) && steps > 0) return toSequences('x', x, model.inputs, steps);
  throw new DataError(
    `x, sequence 0: has ${(first as ArrayLike<unknown>).length} values; a sequence has ${model.inputs} for each step`,
  );
}

function predictRun({ model, parameters }: TrainedRuns, x: Matrix, index: number): Float64Array {
  const each = parametersPerModel(model);
  const y = predict64(model, parameters.subarray(index * each, (index + 1) * each), x);
  if (y) return y;
  const names = model.layers.filter(({ record }) => !record.forward).map(({ record }) => record.name);
  throw new OptionError(
    `${names.join(', ')} has no forward equation in float64: make a model of report.weights(index), and predict on the GPU`,
  );
}

const meanOf = (values: Float64Array): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Of an even number, the mean of the two in the middle. */
function medianOf(values: Float64Array): number {
  const sorted = values.slice().sort();
  const middle = sorted.length / 2;
  if (!Number.isInteger(middle)) return sorted[Math.floor(middle)] as number;
  return ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
