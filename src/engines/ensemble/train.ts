/**
 * Trains any number of models to the end in one call: in waves where memory is short, from log point to log point, and
 * over the loss of the device.
 */

import { stateFloats } from '../../../shaders/kernels/ensemble-train.wgsl.ts';
import { DeviceLostError, OptionError } from '../../errors.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import { checkSize } from '../../model/description.ts';
import { edgesOf } from '../../model/evaluate.ts';
import type { Task } from '../../model/task.ts';
import { type LayerWeights, parametersPerModel, weightsOf } from '../../model/weights.ts';
import { createEnsemble } from './create.ts';
import { type Errors64, errors64 } from './errors64.ts';
import type { LogPoint, ModelStatus } from './log.ts';
import { type EnsembleOptions, type ResolvedEnsemble, resolveEnsemble } from './options.ts';
import type { EnsembleState } from './state.ts';

export interface TrainEnsembleOptions extends EnsembleOptions {
  /** Steps of every model. */
  steps: number;
  /** Models trained at a time. Default: what fits in 64 MiB of state and half of what the adapter can bind. */
  modelsPerWave?: number;
  signal?: AbortSignal;
  onProgress?: (progress: WaveProgress) => void;
  /** Every log point of every wave; its models are `first`, `first + 1`, … of all. */
  onLog?: (point: LogPoint, first: number) => unknown;
  /** Gives a new device when one was lost; training goes on from the last log point. Default: the loss is an error. */
  recover?: (error: DeviceLostError) => Promise<Gpu>;
}

export interface WaveProgress {
  /** Models × steps done and asked for, over all waves. */
  readonly done: number;
  readonly total: number;
  /** Models × steps per second since the call. */
  readonly rate: number;
  readonly seconds: number;
  readonly wave: number;
  readonly waves: number;
}

export interface RunResult {
  readonly seed: number;
  readonly status: ModelStatus;
  /** Loss of the last batch. */
  readonly loss: number;
  /** Mean squared error on each held-out set, with the final parameters; see `EnsembleReport.precision`. */
  readonly errors: Readonly<Record<string, number>>;
}

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
  /** Named parameters and effective weights of run `index`; `createModel` and `setParameters` make a model of them. */
  weights(index: number): LayerWeights[];
  /**
   * Errors on each held-out set that run `index` would have with these parameters, in float64; undefined where it cannot
   * be computed. `Selection.outcomes` of `nalu-webgpu/metrics` decides with it.
   */
  errors64(index: number, parameters: Float32Array): Record<string, number> | undefined;
  /** Index of the run with the smallest error on `set`, or without one, the smallest loss; runs that diverged come last. */
  best(set?: string): number;
}

/** Bytes of state of a wave, unless the adapter can bind less than twice as much. */
const WAVE_BYTES = 64 * 2 ** 20;

/**
 * Rows × edges × models over all held-out sets up to which final errors are computed on the CPU. Each takes 5 ns (NAC of
 * many inputs) to 140 ns (NPU of two), so this is seconds, at worst half a minute.
 */
const MAX_WORK_64 = 2e8;

/** Milliseconds of work on the CPU after which pages get a turn. */
const TURN = 40;

/** Devices that may be lost in one call before it gives up. */
const MAX_RECOVERIES = 3;

/** Trains every seed of `options` for `options.steps` steps. Throws DataError, OptionError, LimitError, DeviceLostError. */
export async function trainEnsemble(gpu: Gpu, options: TrainEnsembleOptions): Promise<EnsembleReport> {
  const { steps, signal, onProgress, onLog, recover, ...rest } = options;
  checkSize('steps', steps);
  const resolved = resolveEnsemble(rest);
  const size = waveSize(gpu, resolved, options.modelsPerWave);
  const total = resolved.seeds.length;
  const waves = Math.ceil(total / size);
  const parameters = new Float32Array(total * parametersPerModel(resolved.model));
  const exact = errors64(resolved);
  const precision = exact && isQuick(resolved) ? 'float64' : 'float32';
  const runs: RunResult[] = [];
  const start = performance.now();
  let device = gpu;
  let lanes = 0;
  let recoveries = 0;
  for (let wave = 0; wave < waves; wave++) {
    const first = wave * size;
    // What was calibrated once holds for all waves, and after a recovery.
    const waveOptions = {
      ...slice(rest, resolved, first, Math.min(total, first + size)),
      ...(lanes > 0 && { lanes }),
    };
    let saved: EnsembleState | undefined;
    let loggedTo = -1;
    let end: LogPoint;
    let trained: ResolvedEnsemble;
    for (;;) {
      try {
        const ensemble = await createEnsemble(device, waveOptions);
        try {
          if (saved) ensemble.importState(saved);
          lanes = ensemble.lanes;
          const before = ensemble.step;
          await ensemble.run(steps - before, {
            ...(signal && { signal }),
            onLog: async (point) => {
              if (recover) saved = point.state;
              if (point.step > loggedTo) await onLog?.(point, first);
              loggedTo = Math.max(loggedTo, point.step);
            },
            onProgress: ({ step }) => {
              const done = first * steps + ensemble.models * (before + step);
              const seconds = (performance.now() - start) / 1000;
              onProgress?.({ done, total: total * steps, rate: done / seconds, seconds, wave, waves });
            },
          });
          end = await ensemble.inspect();
          trained = ensemble.options;
        } finally {
          ensemble.dispose();
        }
        break;
      } catch (error) {
        if (!(error instanceof DeviceLostError) || !recover || recoveries === MAX_RECOVERIES) throw error;
        recoveries++;
        device = await recover(error);
      }
    }
    parameters.set(end.parameters, (first * parameters.length) / total);
    const errors =
      exact && precision === 'float64' ? await finalErrors(trained, exact, first, end, signal) : end.errors;
    runs.push(...runsOf(trained, end, errors));
  }
  const seconds = (performance.now() - start) / 1000;
  return {
    steps,
    runs,
    precision,
    parameters,
    lanes,
    waves,
    seconds,
    recoveries,
    weights: (index) => weightsOf(resolved.model, parameters, index),
    errors64: (index, own) => exact?.of(index, own),
    best: (set) => bestOf(runs, set),
  };
}

/** Models per wave: as wished, but never more than the adapter can bind. */
function waveSize(gpu: Gpu, { model, recipe, seeds }: ResolvedEnsemble, wanted: number | undefined): number {
  if (wanted !== undefined) checkSize('modelsPerWave', wanted);
  const bytes = 4 * stateFloats(model.layers, recipe.optimizer.slots);
  const bindable = Math.floor(gpu.device.limits.maxStorageBufferBindingSize / bytes);
  const comfortable = Math.floor(Math.min(WAVE_BYTES, (bindable * bytes) / 2) / bytes);
  return Math.max(1, Math.min(wanted ?? comfortable, bindable, seeds.length));
}

/** The options of the models from `first` up to, not including, `end`. */
function slice(
  options: EnsembleOptions,
  resolved: ResolvedEnsemble,
  first: number,
  end: number,
): EnsembleOptions {
  const part = <T>(values: T | readonly T[]): T | readonly T[] =>
    Array.isArray(values) ? (values as readonly T[]).slice(first, end) : values;
  const { learningRate, task, evaluate, stopWhen } = options;
  const ofTask = (whole: Task): Task => ({
    ...whole,
    columns: Object.fromEntries(
      Object.entries(whole.columns).map(([name, values]) => [name, part<number>(values)]),
    ),
  });
  const sets = Object.entries(evaluate ?? {}).map(([name, set]) => [
    name,
    'task' in set ? { ...set, task: ofTask(set.task) } : set,
  ]);
  return {
    ...options,
    seeds: resolved.seeds.slice(first, end),
    ...(learningRate !== undefined && { learningRate: part<number>(learningRate) }),
    ...(task && { task: ofTask(task) }),
    ...(evaluate && { evaluate: Object.fromEntries(sets) }),
    ...(stopWhen && { stopWhen: { ...stopWhen, below: part<number>(stopWhen.below) } }),
  };
}

/** Whether all final errors can be computed on the CPU without a long wait. */
function isQuick({ model, seeds, sets }: ResolvedEnsemble): boolean {
  const rows = sets.reduce((sum, set) => sum + set.rows, 0);
  return rows * edgesOf(model) * seeds.length <= MAX_WORK_64;
}

/** The errors of the models from `first` on at `end`, in float64, with a pause now and then. Rejects with the signal's reason. */
async function finalErrors(
  { seeds, sets }: ResolvedEnsemble,
  exact: Errors64,
  first: number,
  end: LogPoint,
  signal: AbortSignal | undefined,
): Promise<Errors> {
  const each = end.parameters.length / seeds.length;
  const errors = Object.fromEntries(sets.map(({ name }) => [name, new Float64Array(seeds.length)]));
  let turn = performance.now();
  for (let index = 0; index < seeds.length; index++) {
    const own = exact.of(first + index, end.parameters.subarray(index * each, (index + 1) * each));
    for (const [name, value] of Object.entries(own)) (errors[name] as Float64Array)[index] = value;
    if (performance.now() - turn < TURN) continue;
    await new Promise((resolve) => setTimeout(resolve));
    signal?.throwIfAborted();
    turn = performance.now();
  }
  return errors;
}

type Errors = Readonly<Record<string, ArrayLike<number>>>;

function runsOf(
  { seeds }: ResolvedEnsemble,
  point: Pick<LogPoint, 'statuses' | 'losses'>,
  measured: Errors,
): RunResult[] {
  return seeds.map((seed, model) => ({
    seed,
    status: point.statuses[model] ?? 'running',
    loss: point.losses[model] as number,
    errors: Object.fromEntries(
      Object.entries(measured).map(([name, errors]) => [name, errors[model] as number]),
    ),
  }));
}

function bestOf(runs: readonly RunResult[], set: string | undefined): number {
  const value = ({ status, loss, errors }: RunResult): number => {
    const measured = set === undefined ? loss : errors[set];
    if (measured === undefined) throw new OptionError(`there is no held-out set '${set}'`);
    return status === 'diverged' || Number.isNaN(measured) ? Number.POSITIVE_INFINITY : measured;
  };
  let best = 0;
  runs.forEach((run, index) => {
    if (value(run) < value(runs[best] as RunResult)) best = index;
  });
  return best;
}
