/** Repeats the article's two experiments, for any number of seeds. Runs wherever the package does. */

import { createEnsemble } from '../engines/ensemble/create.ts';
import type { Ensemble } from '../engines/ensemble/ensemble.ts';
import type { LogPoint } from '../engines/ensemble/log.ts';
import { createModel } from '../engines/layered/model.ts';
import { OptionError } from '../errors.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { checkSeed, checkSize } from '../model/description.ts';
import type { LayerWeights, Tensor } from '../model/weights.ts';
import { type Experiment, type ExperimentName, experiments, maxRelativeError } from '../tasks/article.ts';
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
  /** Default: those of the experiment, 22 000. */
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
    if (options.signal?.aborted) break;
  }
  result.complete =
    result.experiments.length === wanted.length &&
    result.experiments.every((trained) => isComplete(trained, options.seeds.length));
  return result;
}

/** Models trained at a time. */
const WAVE = 4096;

/** All seeds of one experiment, as far as they have come when the signal aborts. */
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
  for (let first = 0; first < seeds.length && !signal?.aborted; first += WAVE) {
    const wave = seeds.slice(first, first + WAVE);
    const report = (epoch: number, loss: number) =>
      onProgress?.({
        experiment: experiment.name,
        wave: first / WAVE + 1,
        waves: Math.ceil(seeds.length / WAVE),
        epoch,
        epochs,
        done: first * epochs + wave.length * epoch,
        total: seeds.length * epochs,
        loss,
        seconds: seconds(),
      });
    runs.push(...(await trainWave(gpu, experiment, wave, epochs, signal, report)));
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

/** Trains a model for each seed, all at once, from one point of the loss curve to the next. */
async function trainWave(
  gpu: Gpu,
  experiment: Experiment,
  seeds: readonly number[],
  epochs: number,
  signal: AbortSignal | undefined,
  report: (epoch: number, loss: number) => void,
): Promise<ReproducedRun[]> {
  const { train, loss, learningRate, model } = experiment;
  const options = { ...train, model, seeds, loss, learningRate, logEvery: epochs };
  const ensemble = await createEnsemble(gpu, options);
  try {
    const curves = seeds.map((): [number, number][] => []);
    let point = await ensemble.inspect();
    for (const epoch of curveEpochs(epochs)) {
      if (signal?.aborted) break;
      try {
        const before = ensemble.step;
        await ensemble.run(epoch - before, {
          onProgress: ({ step }) => report(before + step, least(point.losses)),
          ...(signal && { signal }),
        });
      } catch (error) {
        if (!signal?.aborted || error !== signal.reason) throw error;
      }
      point = await ensemble.inspect();
      curves.forEach((curve, index) => {
        const value = lossOf(point, index);
        if (Number.isFinite(value)) curve.push([point.step, Number(value.toPrecision(6))]);
      });
    }
    return point.step > 0 ? await testRuns(ensemble, experiment, point, curves) : [];
  } finally {
    ensemble.dispose();
  }
}

/** What every model of `ensemble` predicts for the test rows, as it stands at `point`. */
async function testRuns(
  ensemble: Ensemble,
  { model, test }: Experiment,
  point: LogPoint,
  curves: readonly [number, number][][],
): Promise<ReproducedRun[]> {
  const single = createModel(ensemble.gpu, model);
  try {
    const runs: ReproducedRun[] = [];
    for (const [index, seed] of ensemble.options.seeds.entries()) {
      const layers = ensemble.weights(point, index);
      single.setParameters(layers.map(({ parameters }) => parameters));
      const predicted = await single.predict(test.x);
      // The ensemble keeps the parameters a model had before it diverged; what they predict is no result.
      if (point.statuses[index] === 'diverged') predicted.fill(Number.NaN);
      runs.push({
        seed,
        epochs: point.step,
        predicted: [...predicted.subarray(0, PRINTED)],
        maxRelativeError: maxRelativeError(predicted, test.y),
        finalLoss: lossOf(point, index),
        weights: plainWeights(layers[0] as LayerWeights),
        losses: curves[index] ?? [],
      });
    }
    return runs;
  } finally {
    single.dispose();
  }
}

/** NaN for a model that diverged. */
const lossOf = ({ losses, statuses }: LogPoint, model: number): number =>
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
