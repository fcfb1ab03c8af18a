/**
 * Trains any number of models to the end in one call: in waves where memory is short, from log point to log point, over the
 * loss of the device, and from what another process has kept.
 */

import { DeviceLostError, type NaluError, OptionError, OutOfMemoryError } from '../../errors.ts';
import { checkGpu } from '../../gpu/check-gpu.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import { edgesOf } from '../../model/evaluate.ts';
import { type LayerWeights, parametersPerModel, weightsOf } from '../../model/weights.ts';
import { checkOptions } from '../../options/check.ts';
import {
  callback,
  type Description,
  either,
  having,
  needed,
  oneOf,
  signal,
  size,
} from '../../options/kinds.ts';
import { createEnsemble } from './create.ts';
import { Devices } from './devices.ts';
import { type Errors64, errors64 } from './errors64.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { LogPoint, ModelStatus } from './log.ts';
import {
  type EnsembleOptions,
  elsewhere,
  ensembleFields,
  exactlyOne,
  type ResolvedEnsemble,
  resolveEnsemble,
} from './options.ts';
import type { EnsembleState } from './state.ts';
import { firstPart, slice, type Wave, waveSize } from './waves.ts';

export interface TrainEnsembleOptions extends EnsembleOptions {
  /** Steps of every model. */
  steps: number;
  /** Models trained at a time. Default: what fits in 64 MiB of state and half of what the adapter can bind. */
  modelsPerWave?: number;
  signal?: AbortSignal;
  onProgress?: (progress: WaveProgress) => void;
  /** Every log point of every wave; its models are `first`, `first + 1`, … of all. */
  onLog?: (point: LogPoint, first: number) => unknown;
  /**
   * Gives a new device when one was lost; training goes on from the last log point. Default: a device as the lost one,
   * asked for anew and freed at the end. With `false`, a loss is an error.
   */
  recover?: false | ((error: NaluError) => Promise<Gpu>);
  /** Told of every device that was lost, and of memory that ran out, before training goes on. */
  onRecovery?: (recovery: Recovery) => void;
  /** Where states are kept, so that a run that was ended goes on to the same bits; see `ensembleCheckpoints` of nalu-webgpu/io. */
  checkpoints?: EnsembleCheckpoints;
}

const trainEnsembleDescription: Description<TrainEnsembleOptions> = {
  fields: {
    ...ensembleFields,
    steps: needed(size),
    modelsPerWave: size,
    signal,
    onProgress: callback<(progress: WaveProgress) => void>(),
    onLog: callback<(point: LogPoint, first: number) => unknown>(),
    recover: either(oneOf(false), callback<(error: NaluError) => Promise<Gpu>>()),
    onRecovery: callback<(recovery: Recovery) => void>(),
    checkpoints: having<EnsembleCheckpoints>('what ensembleCheckpoints() gives', 'every', 'load', 'save'),
  },
  exactlyOne,
  elsewhere,
};

/** What went wrong, and how training goes on. */
export interface Recovery {
  /** DeviceLostError, or OutOfMemoryError: then the models are trained in more, smaller waves. */
  readonly error: NaluError;
  /** Step from which the wave goes on. */
  readonly step: number;
  /** Models of the wave that goes on. */
  readonly models: number;
}

/** Keeps states of the models that are trained together; `first` is the first of them. */
export interface EnsembleCheckpoints {
  /** Least milliseconds from one state to the next. */
  readonly every: number;
  /** The latest state of the wave that begins with model `first`; undefined where there is none of this `run`. */
  load(first: number, run: string): Promise<EnsembleState | undefined>;
  save(first: number, run: string, state: EnsembleState): Promise<void>;
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

/** `finished`: all its steps · `stopped`: reached what `stopWhen` asked for · `diverged`: left the finite numbers. */
export type RunStatus = 'finished' | 'stopped' | 'diverged';

export interface RunResult {
  readonly seed: number;
  readonly status: RunStatus;
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
  /**
   * Named parameters and effective weights of run `index`; `createModel` and `setParameters` make a model of them. Throws
   * OptionError where there is no such run.
   */
  weights(index: number): LayerWeights[];
  /**
   * Errors on each held-out set that run `index` would have with these parameters, in float64; undefined where it cannot
   * be computed. `Selection.outcomes` of `nalu-webgpu/metrics` decides with it.
   */
  errors64(index: number, parameters: Float32Array): Record<string, number> | undefined;
  /** Index of the run with the smallest error on `set`, or without one, the smallest loss; runs that diverged come last. */
  best(set?: string): number;
}

/**
 * Rows × edges × models over all held-out sets up to which final errors are computed on the CPU. Each takes 5 ns (NAC of
 * many inputs) to 140 ns (NPU of two), so this is seconds, at worst half a minute.
 */
const MAX_WORK_64 = 2e8;

/** Milliseconds of work on the CPU after which pages get a turn. */
const TURN = 40;

/** Trains every seed of `options` for `options.steps` steps. Throws DataError, OptionError, LimitError, DeviceLostError. */
export async function trainEnsemble(gpu: Gpu, options: TrainEnsembleOptions): Promise<EnsembleReport> {
  checkGpu(gpu);
  const { modelsPerWave, ...given } = checkOptions(trainEnsembleDescription, options, 'trainEnsemble()');
  const { steps, signal, onProgress, onLog, recover, onRecovery, checkpoints, ...rest } = given;
  const resolved = resolveEnsemble(rest);
  const total = resolved.seeds.length;
  const run = checkpoints ? fingerprintOf(resolved) : '';
  const parameters = new Float32Array(total * parametersPerModel(resolved.model));
  const exact = errors64(resolved);
  const precision = exact && isQuick(resolved) ? 'float64' : 'float32';
  const runs: RunResult[] = [];
  const start = performance.now();
  const devices = new Devices(gpu, recover);
  let size = waveSize(gpu, resolved, modelsPerWave);
  let lanes = 0;
  let finished = 0;
  let wave = await nextWave(0);

  /** The models from `first` on: as many as were kept together, or else as many as fit. */
  async function nextWave(first: number): Promise<Wave> {
    const saved = await checkpoints?.load(first, run);
    const end = Math.min(total, first + (saved ? saved.models : size));
    return { first, end, saved, loggedTo: saved ? saved.logged : -1 };
  }

  /** Trains a wave to the end, or throws what stopped it; `wave.saved` is what it goes on from. */
  async function train(wave: Wave): Promise<{ end: LogPoint; trained: ResolvedEnsemble }> {
    const { first } = wave;
    // What was calibrated once holds for all waves, and after a recovery; what was kept goes on with the same.
    const fixed = wave.saved?.lanes ?? lanes;
    const ensemble = await createEnsemble(devices.current, {
      ...slice(rest, resolved, first, wave.end),
      ...(fixed > 0 && { lanes: fixed }),
    });
    try {
      if (wave.saved) ensemble.importState(wave.saved);
      lanes = ensemble.lanes;
      const before = ensemble.step;
      let kept = performance.now();
      if (before < steps) {
        await ensemble.run(steps - before, {
          ...(signal && { signal }),
          onLog: async (point) => {
            wave.saved = point.state;
            if (point.step > wave.loggedTo) await onLog?.(point, first);
            wave.loggedTo = Math.max(wave.loggedTo, point.step);
            if (!checkpoints || performance.now() - kept < checkpoints.every) return;
            await checkpoints.save(first, run, point.state);
            kept = performance.now();
          },
          onProgress: ({ step }) => {
            const done = first * steps + ensemble.models * (before + step);
            const seconds = (performance.now() - start) / 1000;
            const waves = finished + 1 + Math.ceil((total - wave.end) / size);
            onProgress?.({
              done,
              total: total * steps,
              rate: done / seconds,
              seconds,
              wave: finished,
              waves,
            });
          },
        });
        if (checkpoints) await checkpoints.save(first, run, await ensemble.exportState());
      }
      return { end: await ensemble.inspect(), trained: ensemble.options };
    } finally {
      ensemble.dispose();
    }
  }

  try {
    for (;;) {
      try {
        const { end, trained } = await train(wave);
        parameters.set(end.parameters, (wave.first * parameters.length) / total);
        const errors =
          exact && precision === 'float64'
            ? await finalErrors(trained, exact, wave.first, end, signal)
            : end.errors;
        runs.push(...runsOf(trained, end, errors));
      } catch (error) {
        if (error instanceof OutOfMemoryError && wave.end - wave.first > 1) {
          size = Math.ceil((wave.end - wave.first) / 2);
          wave = firstPart(wave, size);
        } else if (!(error instanceof DeviceLostError)) throw error;
        await devices.recoverFrom(error);
        onRecovery?.({ error, step: wave.saved?.step ?? 0, models: wave.end - wave.first });
        continue;
      }
      finished += 1;
      if (wave.end === total) break;
      wave = wave.rest ?? (await nextWave(wave.end));
    }
  } finally {
    devices.dispose();
  }
  const seconds = (performance.now() - start) / 1000;
  return {
    steps,
    runs,
    precision,
    parameters,
    lanes,
    waves: finished,
    seconds,
    recoveries: devices.recoveries,
    weights: (index) => weightsOf(resolved.model, parameters, index),
    errors64: (index, own) => exact?.of(index, own),
    best: (set) => bestOf(runs, set),
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
    status: statusAtEnd(point.statuses[model]),
    loss: point.losses[model] as number,
    errors: Object.fromEntries(
      Object.entries(measured).map(([name, errors]) => [name, errors[model] as number]),
    ),
  }));
}

const statusAtEnd = (status: ModelStatus | undefined): RunStatus =>
  status === 'diverged' || status === 'stopped' ? status : 'finished';

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
