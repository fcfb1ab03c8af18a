/** What became of every model of a run. */

import { OptionError } from '../../errors.ts';
import type { Rows } from '../../model/data.ts';
import { edgesOf } from '../../model/evaluate.ts';
import type { Sequences } from '../../model/sequences.ts';
import { type LayerWeights, parametersPerModel, weightsOf } from '../../model/weights.ts';
import { createPauses } from '../../pauses.ts';
import type { FinishedWave } from './driven.ts';
import { type Errors64, errors64 } from './errors64.ts';
import type { ModelStatus } from './log.ts';
import type { ResolvedEnsemble } from './options.ts';
import { type Predictor, predictEach, predictRuns } from './predict.ts';
import type { EnsembleRun } from './run.ts';

/** `finished`: all its steps · `stopped`: reached what `stopWhen` asked for · `diverged`: left the finite numbers. */
export type RunStatus = 'finished' | 'stopped' | 'diverged';

/** What became of one model of an ensemble. */
export interface RunResult {
  readonly seed: number;
  readonly status: RunStatus;
  /** Steps done: all, or until it stopped or diverged. */
  readonly steps: number;
  /** Loss of the last batch. */
  readonly loss: number;
  /** Mean squared error on each held-out set, with the final parameters; see `EnsembleReport.precision`. */
  readonly errors: Readonly<Record<string, number>>;
}

/** What became of an ensemble: every run, its errors on the held-out sets, and its weights. */
export interface EnsembleReport {
  readonly steps: number;
  readonly runs: readonly RunResult[];
  /**
   * What the runs' errors were computed in: `float64`, on the CPU from the final parameters, or `float32` on the GPU where
   * a unit has no `forward`, a task no twin, or the sets are too large for the CPU (rows × edges × models above 2e8). Log
   * points and `stopWhen` are always float32.
   */
  readonly precision: 'float64' | 'float32';
  /** Final parameters, model after model. */
  readonly parameters: Float32Array;
  readonly lanes: number;
  readonly waves: number;
  readonly seconds: number;
  /** Devices that were lost on the way. */
  readonly recoveries: number;
  /**
   * Named parameters and effective weights of run `index`; `createModel` and `setParameters` make a model of them. Throws
   * OptionError where there is no such run. Of a recurrent model, the initial state comes first, then the cell over [x, h].
   */
  weights(index: number): LayerWeights[];
  /**
   * Errors on each held-out set that run `index` would have with these parameters, in float64; undefined where it cannot
   * be computed. `Selection.outcomes` of `nalu-webgpu/metrics` decides with it.
   */
  errors64(index: number, parameters: Float32Array): Record<string, number> | undefined;
  /**
   * Predictions for `x`, `[rows, outputs]`, in float64 on the CPU: for each output the median (default) or the mean over all runs
   * that did not diverge, or those of one run. A recurrent model takes sequences of any length, `[rows, steps, inputs]`. Throws DataError, and OptionError where a unit has no `forward`.
   */
  predict(x: Rows | Sequences, by?: Predictor): Float64Array;
  /** The same of every run, in their order. */
  predictEach(x: Rows | Sequences): Float64Array[];
  /** Index of the run with the smallest error on `set`, or without one, the smallest loss; runs that diverged come last. */
  best(set?: string): number;
}

/**
 * Rows × edges × models over all held-out sets up to which final errors are computed on the CPU. Each takes 5 ns (NAC of
 * many inputs) to 140 ns (NPU of two), so this is seconds, at worst half a minute.
 */
const MAX_WORK_64 = 2e8;

/** The report of a run that is done. Rejects with the signal's reason. */
export async function reportOf(
  run: EnsembleRun,
  seconds: number,
  signal: AbortSignal | undefined,
): Promise<EnsembleReport> {
  const { options, steps, finished, lanes, recoveries, models } = run;
  const parameters = new Float32Array(models * parametersPerModel(options.model));
  const exact = errors64(options);
  const precise = exact && isQuick(options) ? exact : undefined;
  const runs: RunResult[] = [];
  for (const wave of finished) {
    parameters.set(wave.parameters, (wave.first * parameters.length) / models);
    const errors = precise ? await finalErrors(options, precise, wave, signal) : wave.errors;
    runs.push(...runsOf(wave, errors));
  }
  const { model, sequence } = options;
  const trained = { model, sequence, parameters, kept: runs.map(({ status }) => status !== 'diverged') };
  return {
    steps,
    runs,
    precision: precise ? 'float64' : 'float32',
    parameters,
    lanes,
    waves: finished.length,
    seconds,
    recoveries,
    weights: (index) => weightsOf(options.model, parameters, index),
    errors64: (index, own) => exact?.of(index, own),
    predict: (x, by = 'median') => predictRuns(trained, x, by),
    predictEach: (x) => predictEach(trained, x),
    best: (set) => bestOf(runs, set),
  };
}

/** Whether all final errors can be computed on the CPU without a long wait. */
function isQuick({ model, seeds, sets }: ResolvedEnsemble): boolean {
  const rows = sets.reduce((sum, set) => sum + set.rows * set.steps, 0);
  return rows * edgesOf(model) * seeds.length <= MAX_WORK_64;
}

/** The errors of a wave's models at its end, in float64, with a pause now and then. */
async function finalErrors(
  { sets }: ResolvedEnsemble,
  exact: Errors64,
  { first, seeds, parameters }: FinishedWave,
  signal: AbortSignal | undefined,
): Promise<Errors> {
  const each = parameters.length / seeds.length;
  const errors = Object.fromEntries(sets.map(({ name }) => [name, new Float64Array(seeds.length)]));
  const pauses = createPauses(signal);
  for (let index = 0; index < seeds.length; index++) {
    const own = exact.of(first + index, parameters.subarray(index * each, (index + 1) * each));
    for (const [name, value] of Object.entries(own)) (errors[name] as Float64Array)[index] = value;
    await pauses.turn();
  }
  return errors;
}

type Errors = Readonly<Record<string, ArrayLike<number>>>;

function runsOf({ seeds, steps, statuses, losses }: FinishedWave, measured: Errors): RunResult[] {
  return seeds.map((seed, model) => ({
    seed,
    status: statusAtEnd(statuses[model]),
    steps: steps[model] as number,
    loss: losses[model] as number,
    errors: Object.fromEntries(
      Object.entries(measured).map(([name, errors]) => [name, errors[model] as number]),
    ),
  }));
}

const statusAtEnd = (status: ModelStatus | undefined): RunStatus =>
  status === 'diverged' || status === 'stopped' ? status : 'finished';

function bestOf(runs: readonly RunResult[], set: string | undefined): number {
  const value = ({ status, loss, errors }: RunResult): number => {
    const measured = set === undefined ? loss : Object.hasOwn(errors, set) ? errors[set] : undefined;
    if (measured === undefined) {
      const sets = Object.keys(errors);
      const known = sets.length === 0 ? 'there are none' : `there are ${sets.join(', ')}`;
      throw new OptionError(`there is no held-out set '${set}'; ${known}`);
    }
    return status === 'diverged' || Number.isNaN(measured) ? Number.POSITIVE_INFINITY : measured;
  };
  let best = 0;
  runs.forEach((run, index) => {
    if (value(run) < value(runs[best] as RunResult)) best = index;
  });
  return best;
}
