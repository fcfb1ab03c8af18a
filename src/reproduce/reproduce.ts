/** Repeats the article's two experiments, for any number of seeds. Runs wherever the package does. */

import { createModel } from '../engines/layered/model.ts';
import { OptionError } from '../errors.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { checkSeed, checkSize } from '../model/description.ts';
import type { LayerWeights, Tensor } from '../model/weights.ts';
import { type Experiment, type ExperimentName, experiments, maxRelativeError } from '../tasks/article.ts';
import { thinCurve } from './curve.ts';
import type { Nested, ReproducedExperiment, ReproducedRun, ReproduceResult } from './result.ts';

export interface ReproduceOptions {
  /** Default: both, addition first. */
  experiments?: readonly ExperimentName[];
  /** One run for each; unsigned 32-bit integers. */
  seeds: readonly number[];
  /** Default: those of the experiment, 22 000. */
  epochs?: number;
  /** Stops early: the promise then resolves with the runs finished so far and `complete: false`. */
  signal?: AbortSignal;
  /** Called a few times per second. */
  onProgress?: (progress: ReproduceProgress) => void;
  /** Called with each experiment as soon as it is done, or interrupted. */
  onExperiment?: (experiment: ReproducedExperiment) => void;
}

export interface ReproduceProgress {
  experiment: ExperimentName;
  /** Seeds finished, and seeds to train. */
  finished: number;
  seeds: number;
  /** Epochs trained so far and epochs to train, over all seeds of this experiment. */
  epoch: number;
  epochs: number;
  /** The latest loss that is known. */
  loss: number;
  /** Since this experiment began. */
  seconds: number;
}

/** Rows the article prints. */
const PRINTED = 10;

/** Trains each experiment with each seed on `gpu`. Throws OptionError; what else goes wrong rejects as it is. */
export async function reproduce(gpu: Gpu, options: ReproduceOptions): Promise<ReproduceResult> {
  const wanted = options.experiments ?? (Object.keys(experiments) as ExperimentName[]);
  for (const name of wanted) {
    if (!Object.hasOwn(experiments, name)) {
      const known = Object.keys(experiments).join(', ');
      throw new OptionError(`there is no experiment '${name}'; known: ${known}`);
    }
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
  for (const name of wanted) {
    const trained = await trainSeeds(gpu, experiments[name], options);
    result.experiments.push(trained);
    options.onExperiment?.(trained);
    if (trained.runs.length < options.seeds.length) return result;
  }
  result.complete = true;
  return result;
}

/** All seeds of one experiment; those finished so far when the signal aborts. */
async function trainSeeds(
  gpu: Gpu,
  experiment: Experiment,
  options: ReproduceOptions,
): Promise<ReproducedExperiment> {
  const { seeds, signal, onProgress } = options;
  const epochs = options.epochs ?? experiment.epochs;
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  const runs: ReproducedRun[] = [];
  for (const [finished, seed] of seeds.entries()) {
    const report = (epoch: number, loss: number) =>
      onProgress?.({
        experiment: experiment.name,
        finished,
        seeds: seeds.length,
        epoch: finished * epochs + epoch,
        epochs: seeds.length * epochs,
        loss,
        seconds: seconds(),
      });
    try {
      runs.push(await trainSeed(gpu, experiment, seed, epochs, signal, report));
    } catch (error) {
      if (signal?.aborted && error === signal.reason) break;
      throw error;
    }
  }
  const { x, y } = experiment.test;
  return {
    name: experiment.name,
    unit: experiment.unit,
    loss: experiment.loss,
    learningRate: experiment.learningRate,
    epochs,
    inputs: x.slice(0, PRINTED).map(([a, b]) => [a, b]),
    actual: y.slice(0, PRINTED).map(([value]) => value),
    article: [...experiment.article],
    articleMaxRelativeError: experiment.articleError,
    runs,
    wallSeconds: seconds(),
  };
}

async function trainSeed(
  gpu: Gpu,
  experiment: Experiment,
  seed: number,
  epochs: number,
  signal: AbortSignal | undefined,
  report: (epoch: number, loss: number) => void,
): Promise<ReproducedRun> {
  const { train, test, loss, learningRate } = experiment;
  signal?.throwIfAborted();
  const model = createModel(gpu, { ...experiment.model, seed });
  try {
    const { losses } = await model.train({
      ...train,
      loss,
      learningRate,
      epochs,
      onProgress: (progress) => report(progress.step, progress.loss),
      ...(signal && { signal }),
    });
    const predicted = await model.predict(test.x);
    const [layer] = await model.weights();
    return {
      seed,
      predicted: [...predicted.subarray(0, PRINTED)],
      maxRelativeError: maxRelativeError(predicted, test.y),
      finalLoss: losses.at(-1) as number,
      weights: plainWeights(layer as LayerWeights),
      losses: thinCurve(losses),
    };
  } finally {
    model.dispose();
  }
}

function plainWeights({ effective, parameters }: LayerWeights): ReproducedRun['weights'] {
  const plain = Object.entries(parameters).map(([name, { shape, data }]) => [name, nest(shape, [...data])]);
  return { effective: { ...effective }, parameters: Object.fromEntries(plain) };
}

function nest([size = 1, ...inner]: Tensor['shape'], values: readonly number[]): Nested {
  if (inner.length === 0) return [...values];
  const each = values.length / size;
  return Array.from({ length: size }, (_, at) => nest(inner, values.slice(at * each, (at + 1) * each)));
}
