/** Repeats the article's two experiments, for any number of seeds. Runs wherever the package does. */

import type { FinishedWave, WaveProgress } from '../engines/ensemble/driven.ts';
import { createEnsembleRun, type EnsembleRun } from '../engines/ensemble/run.ts';
import { createModel } from '../engines/layered/model.ts';
import { DeviceLostError, OptionError } from '../errors.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { renewGpu } from '../gpu/renew.ts';
import { checkSeed, checkSize, resolveModel } from '../model/description.ts';
import { type LayerWeights, type Tensor, weightsOf } from '../model/weights.ts';
import {
  type Experiment,
  type ExperimentName,
  experiments,
  maxRelativeError,
  type RecipeName,
} from '../tasks/article.ts';
import { curveEpochs } from './curve.ts';
import {
  isComplete,
  type Nested,
  type ReproducedExperiment,
  type ReproducedRun,
  type ReproduceResult,
} from './result.ts';

export interface ReproduceOptions {
  /** Default: both, addition first. */
  experiments?: readonly ExperimentName[];
  /** One run for each; unsigned 32-bit integers. */
  seeds: readonly number[];
  /** Default: `'short'`. */
  recipe?: RecipeName;
  /** Default: those of the recipe. */
  epochs?: number;
  /** Stops early: the promise then resolves with the runs as far as they have come, and `complete: false`. */
  signal?: AbortSignal;
  /** Called a few times per second. */
  onProgress?: (progress: ReproduceProgress) => void;
  /** Called with each experiment as soon as it is done, or interrupted. */
  onExperiment?: (experiment: ReproducedExperiment) => void;
}

export interface ReproduceProgress {
  experiment: ExperimentName;
  /** The seeds that train at the moment, from 1, of how many such waves. */
  wave: number;
  waves: number;
  /** Epochs these seeds have come, and epochs to train. */
  epoch: number;
  epochs: number;
  /** Seeds × epochs so far and to train, over all waves of this experiment. */
  done: number;
  total: number;
  /** Smallest loss of these seeds at the latest point of their curves; not finite before the first. */
  loss: number;
  /** Since this experiment began. */
  seconds: number;
}

/** Rows the article prints. */
const PRINTED = 10;

/** Trains each experiment with each seed on `gpu`. Throws OptionError; what else goes wrong rejects as it is. */
export async function reproduce(gpu: Gpu, options: ReproduceOptions): Promise<ReproduceResult> {
  const requested = options.experiments ?? (Object.keys(experiments) as ExperimentName[]);
  for (const name of requested) {
    if (!Object.hasOwn(experiments, name)) {
      const known = Object.keys(experiments).join(', ');
      throw new OptionError(`there is no experiment '${name}'; known: ${known}`);
    }
  }
  const recipe = options.recipe ?? 'short';
  const { recipes } = experiments.addition;
  if (!Object.hasOwn(recipes, recipe)) {
    throw new OptionError(`there is no recipe '${recipe}'; known: ${Object.keys(recipes).join(', ')}`);
  }
  if (options.seeds.length === 0) throw new OptionError('seeds is empty; at least one seed is needed');
  for (const seed of options.seeds) checkSeed('seed', seed);
  if (options.epochs !== undefined) checkSize('epochs', options.epochs);

  const { vendor, architecture, device, description, software } = gpu.adapter;
  const result: ReproduceResult = {
    adapter: { vendor, architecture, device, description, software },
    complete: false,
    experiments: [],
  };
  for (const name of requested) {
    const trained = await trainSeeds(gpu, experiments[name], recipe, options);
    result.experiments.push(trained);
    options.onExperiment?.(trained);
    if (options.signal?.aborted) break;
  }
  result.complete =
    result.experiments.length === requested.length &&
    result.experiments.every((trained) => isComplete(trained, options.seeds.length));
  return result;
}

/** All seeds of one experiment, as far as they have come when the signal aborts. */
async function trainSeeds(
  gpu: Gpu,
  experiment: Experiment,
  recipe: RecipeName,
  options: ReproduceOptions,
): Promise<ReproducedExperiment> {
  const { seeds, signal, onProgress } = options;
  const { train, model, loss, unit, name } = experiment;
  const { learningRate, beta2, ...rest } = experiment.recipes[recipe];
  const epochs = options.epochs ?? rest.epochs;
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  const curves = seeds.map((): [number, number][] => []);
  const run = createEnsembleRun(gpu, {
    ...train,
    model,
    seeds,
    loss,
    learningRate,
    optimizer: { name: 'adam', beta2 },
    steps: epochs,
    logEvery: epochs,
  });
  try {
    let last = Number.POSITIVE_INFINITY;
    const report = ({ done, total, step, wave, waves }: WaveProgress) =>
      onProgress?.({
        experiment: name,
        wave: wave + 1,
        waves,
        epoch: step,
        epochs,
        done,
        total,
        loss: last,
        seconds: seconds(),
      });
    const stands = await driveTo(curveEpochs(epochs), run, signal, report, (stand, epoch) => {
      last = least(stand.losses);
      stand.losses.forEach((_, index) => {
        const value = lossOf(stand, index);
        if (!Number.isFinite(value)) return;
        curves[stand.first + index]?.push([epoch, Number(value.toPrecision(6))]);
      });
    });
    const runs = await onAnyDevice(run.gpu, (device) => testRuns(device, experiment, seeds, stands, curves));
    const { x, y } = experiment.test;
    return {
      name,
      unit,
      loss,
      recipe,
      learningRate,
      beta2,
      epochs,
      inputs: x.slice(0, PRINTED).map(([a, b]) => [a, b]),
      actual: y.slice(0, PRINTED).map(([value]) => value),
      article: [...experiment.article],
      articleMaxRelativeError: experiment.articleError,
      runs,
      wallSeconds: seconds(),
    };
  } finally {
    run.dispose();
  }
}

/** How models stand: those from `first` on, after `epoch` epochs. */
interface Stand extends Pick<FinishedWave, 'first' | 'losses' | 'parameters' | 'statuses'> {
  readonly epoch: number;
}

/**
 * Drives a run from one of `epochs` to the next, and gives every stand there to `onStand`. Resolves with the last of all
 * models that have begun, early when the signal aborts.
 */
async function driveTo(
  epochs: readonly number[],
  run: EnsembleRun,
  signal: AbortSignal | undefined,
  onProgress: (progress: WaveProgress) => void,
  onStand: (stand: Stand, epoch: number) => void,
): Promise<readonly Stand[]> {
  const stands = new Map<number, Stand>();
  while (!run.done && !signal?.aborted) {
    const target = epochs.find((epoch) => epoch > run.step) ?? run.steps;
    const finished = run.finished.length;
    try {
      await run.advance({ steps: target - run.step, signal, onProgress });
    } catch (error) {
      if (!signal?.aborted || error !== signal.reason) throw error;
    }
    const end = run.finished.length > finished ? run.finished.at(-1) : undefined;
    const first = end?.first ?? run.first;
    const epoch = end ? Math.max(...end.steps) : run.step;
    if (epoch === 0) break;
    const { losses, parameters, statuses } = end ?? (await run.inspect());
    const stand = { first, epoch, losses, parameters, statuses };
    stands.set(first, stand);
    onStand(stand, epoch);
  }
  return [...stands.values()];
}

/** What `work` gives on `gpu`, or on another device where that one is lost. */
async function onAnyDevice<T>(gpu: Gpu, work: (gpu: Gpu) => Promise<T>): Promise<T> {
  try {
    return await work(gpu);
  } catch (error) {
    if (!(error instanceof DeviceLostError)) throw error;
    const other = await renewGpu(gpu);
    return work(other).finally(() => other.dispose());
  }
}

/** What every model predicts for the test rows, as it stands. */
async function testRuns(
  gpu: Gpu,
  { model, test }: Experiment,
  seeds: readonly number[],
  stands: readonly Stand[],
  curves: readonly [number, number][][],
): Promise<ReproducedRun[]> {
  const resolved = resolveModel(model);
  const single = createModel(gpu, model);
  try {
    const runs: ReproducedRun[] = [];
    for (const stand of stands) {
      for (const [index, status] of stand.statuses.entries()) {
        const layers = weightsOf(resolved, stand.parameters, index);
        single.setParameters(layers.map(({ parameters }) => parameters));
        const predicted = await single.predict(test.x);
        // The ensemble keeps the parameters a model had before it diverged; what they predict does not count.
        if (status === 'diverged') predicted.fill(Number.NaN);
        runs.push({
          seed: seeds[stand.first + index] as number,
          epochs: stand.epoch,
          predicted: [...predicted.subarray(0, PRINTED)],
          maxRelativeError: maxRelativeError(predicted, test.y),
          finalLoss: lossOf(stand, index),
          weights: plainWeights(layers[0] as LayerWeights),
          losses: curves[stand.first + index] ?? [],
        });
      }
    }
    return runs;
  } finally {
    single.dispose();
  }
}

/** NaN for a model that diverged. */
const lossOf = ({ losses, statuses }: Stand, model: number): number =>
  statuses[model] === 'diverged' ? Number.NaN : (losses[model] as number);

const least = (losses: Float32Array): number =>
  losses.reduce((least, loss) => (loss < least ? loss : least), Number.POSITIVE_INFINITY);

function plainWeights({ effective, parameters }: LayerWeights): ReproducedRun['weights'] {
  const plain = Object.entries(parameters).map(([name, { shape, data }]) => [name, nest(shape, [...data])]);
  return { effective: { ...effective }, parameters: Object.fromEntries(plain) };
}

function nest([size = 1, ...inner]: Tensor['shape'], values: readonly number[]): Nested {
  if (inner.length === 0) return [...values];
  const each = values.length / size;
  return Array.from({ length: size }, (_, at) => nest(inner, values.slice(at * each, (at + 1) * each)));
}
