/** Parts of a run that fit in memory: how many models are trained together, which, and with what. */

import { stateFloats } from '../../../shaders/kernels/ensemble-train.wgsl.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import type { Task } from '../../model/task.ts';
import type { Fingerprint } from './fingerprint.ts';
import type { EnsembleOptions, ResolvedEnsemble } from './options.ts';
import { type EnsembleState, selectModels } from './state.ts';

/** Bytes of state of a wave, unless the adapter can bind less than twice as much. */
const WAVE_BYTES = 64 * 2 ** 20;

/** Models that are trained together, and how far they are. */
export interface Wave {
  readonly first: number;
  readonly end: number;
  saved?: EnsembleState | undefined;
  /** Step that the models have reached; after a loss they are brought back to it. */
  reached: number;
  /** Step of the last log point that `onLog` has seen; -1 before the first. */
  logged: number;
  /** Made when the first state is kept. */
  fingerprint?: Fingerprint;
  /** The wave behind this one, where the two were cut out of one. */
  readonly rest?: Wave;
}

/** The first `count` models of `wave`; those behind them follow, from the state that was kept of all. */
export function firstPart({ first, end, saved, reached, logged, rest }: Wave, count: number): Wave {
  const part = (from: number, to: number): EnsembleState | undefined =>
    saved &&
    selectModels(
      saved,
      Array.from({ length: to - from }, (_, k) => from - first + k),
    );
  const middle = first + count;
  const behind: Wave = {
    first: middle,
    end,
    saved: part(middle, end),
    reached: saved?.step ?? 0,
    logged,
    ...(rest && { rest }),
  };
  return { first, end: middle, saved: part(first, middle), reached, logged, rest: behind };
}

/** Models per wave: as requested, but never more than the adapter can bind. */
export function waveSize(
  gpu: Gpu,
  { model, recipe, seeds }: ResolvedEnsemble,
  requested: number | undefined,
): number {
  const bytes = 4 * stateFloats(model.layers, recipe.optimizer.slots);
  const bindable = Math.floor(gpu.device.limits.maxStorageBufferBindingSize / bytes);
  const comfortable = Math.floor(Math.min(WAVE_BYTES, (bindable * bytes) / 2) / bytes);
  return Math.max(1, Math.min(requested ?? comfortable, bindable, seeds.length));
}

/** The options of the models from `first` up to, not including, `end`. */
export function waveOptions(
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
    ...(learningRate !== undefined && {
      learningRate: typeof learningRate === 'function' ? learningRate : part<number>(learningRate),
    }),
    ...(task && { task: ofTask(task) }),
    ...(evaluate && { evaluate: Object.fromEntries(sets) }),
    ...(stopWhen && { stopWhen: { ...stopWhen, below: part<number>(stopWhen.below) } }),
  };
}
