/** One of the article's two experiments: a NAC that learns to add, or a NALU that learns to multiply. */

import {
  createModel,
  type Experiment,
  type ExperimentName,
  experiments,
  type Model,
  type Trainer,
} from '../../../../src/index.ts';
import { farRows } from '../../sections/learn/far-rows.ts';
import type { Job, JobKind, Turn } from './job.ts';

export interface ArticleOptions {
  readonly experiment: ExperimentName;
  readonly seed: number;
  readonly learningRate: number;
}

/** Effective weights by name, `[in][out]`. */
export type Weights = Readonly<Record<string, readonly (readonly number[])[]>>;

export interface WeightSample {
  readonly epoch: number;
  readonly weights: Weights;
}

export interface ArticleReport {
  /** Costs of the epochs since the last report. */
  readonly costs: Float32Array<ArrayBuffer>;
  /** Weights since the last report, the latest last. */
  readonly samples: readonly WeightSample[];
  /** Predictions for the test rows and for the far rows. */
  readonly test: Float32Array<ArrayBuffer>;
  readonly far: Float32Array<ArrayBuffer>;
}

export const kind: JobKind<ArticleOptions, ArticleReport> = {
  async open(gpu, options) {
    const experiment = experiments[options.experiment];
    const model = createModel(gpu, { ...experiment.model, seed: options.seed });
    const { train, loss } = experiment;
    const { learningRate } = options;
    const trainer = await model.createTrainer({ x: train.x, y: train.y, loss, learningRate });
    const job = new ArticleJob(experiment, model, trainer);
    await job.sample();
    return job;
  },
};

class ArticleJob implements Job<ArticleReport> {
  readonly #experiment: Experiment;
  readonly #model: Model;
  readonly #trainer: Trainer;
  readonly #rows: readonly (readonly [number, number])[];
  #perMillisecond = 0;
  #costsSent = 0;
  #samples: WeightSample[] = [];

  constructor(experiment: Experiment, model: Model, trainer: Trainer) {
    this.#experiment = experiment;
    this.#model = model;
    this.#trainer = trainer;
    this.#rows = [...experiment.test.x, ...farRows(experiment).x];
  }

  get step(): number {
    return this.#trainer.step;
  }

  async advance({ until, milliseconds }: Turn) {
    const trainer = this.#trainer;
    const start = performance.now();
    // The weights move most at first, so that the first pieces are short: a tenth more epochs at a time.
    const wanted = Math.min(Math.ceil(trainer.step / 10), Math.round(this.#perMillisecond * milliseconds));
    const count = Math.min(Math.max(wanted, 1), until - trainer.step);
    await trainer.run(count);
    await this.sample();
    this.#perMillisecond = count / (performance.now() - start);
    return Number.isFinite(trainer.losses.at(-1)) ? undefined : 'diverged';
  }

  async report(): Promise<ArticleReport> {
    const predicted = await this.#model.predict(this.#rows);
    const tests = this.#experiment.test.x.length;
    const { losses } = this.#trainer;
    const costs = Float32Array.from(losses.slice(this.#costsSent));
    const samples = this.#samples;
    this.#costsSent = losses.length;
    this.#samples = [];
    return { costs, samples, test: predicted.slice(0, tests), far: predicted.slice(tests) };
  }

  transfer({ costs, test, far }: ArticleReport): Transferable[] {
    return [costs.buffer, test.buffer, far.buffer];
  }

  async sample(): Promise<void> {
    const [layer] = await this.#model.weights();
    if (layer) this.#samples.push({ epoch: this.#trainer.step, weights: layer.effective });
  }

  dispose(): void {
    this.#trainer.dispose();
    this.#model.dispose();
  }
}
