/**
 * One of the article's two experiments: a NAC that learns to add, or a NALU that learns to multiply; and an ordinary network
 * that learns alongside it.
 */

import {
  createModel,
  type Experiment,
  type ExperimentName,
  experiments,
  type Gpu,
  type LayerWeights,
  type Model,
  type ModelDescription,
  type Trainer,
} from '../../../../src/index.ts';
import type { Job, JobKind, Turn } from '../job.ts';
import { Pieces, pieceAfter } from '../pieces.ts';
import { ArticleNetwork } from './network.ts';
import { adam, farRows } from './plan.ts';

/** Endings of the files. */
export type FileKind = 'safetensors' | 'js' | 'py';

export async function modelFile(
  kind: FileKind,
  model: ModelDescription,
  layers: readonly LayerWeights[],
  notes: Readonly<Record<string, string>>,
): Promise<string | Uint8Array<ArrayBuffer>> {
  const parameters = layers.map((layer) => layer.parameters);
  if (kind === 'safetensors') {
    const { saveModel } = await import('../../../../src/io/index.ts');
    return saveModel({ model, parameters, notes });
  }
  const { toJavaScript, toPython } = await import('../../../../src/export/index.ts');
  return kind === 'js' ? toJavaScript({ model, parameters }) : toPython({ model, parameters });
}

export interface ArticleOptions {
  readonly experiment: ExperimentName;
  readonly seed: number;
  readonly learningRate: number;
  /** Adam's β₂: how slowly it forgets the size of earlier gradients. */
  readonly beta2: number;
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
  /** What the network predicts for the far rows, once it has begun to learn. */
  readonly network?: Float32Array<ArrayBuffer>;
}

/** The trained unit as a file. */
export interface ArticleQuestion {
  readonly file: FileKind;
}

export const kind: JobKind<ArticleOptions, ArticleReport, ArticleQuestion, string | Uint8Array<ArrayBuffer>> =
  {
    async open(gpu, options) {
      const experiment = experiments[options.experiment];
      const { train, loss } = experiment;
      const { learningRate, seed } = options;
      const optimizer = adam(options.beta2);
      const model = createModel(gpu, { ...experiment.model, seed });
      const trainer = await model.createTrainer({ x: train.x, y: train.y, loss, learningRate, optimizer });
      const job = new ArticleJob({ gpu, experiment, model, trainer, options });
      await job.sample();
      return job;
    },
  };

class ArticleJob implements Job<ArticleReport, ArticleQuestion, string | Uint8Array<ArrayBuffer>> {
  readonly #experiment: Experiment;
  readonly #options: ArticleOptions;
  readonly #gpu: Gpu;
  readonly #model: Model;
  readonly #trainer: Trainer;
  readonly #far: readonly (readonly [number, number])[];
  /** Made when it has something to learn: the first epochs need not wait for it. */
  #network: ArticleNetwork | undefined;
  #perMillisecond = 0;
  readonly #pieces = new Pieces(40);
  #costsSent = 0;
  #samples: WeightSample[] = [];

  constructor(parts: {
    gpu: Gpu;
    experiment: Experiment;
    model: Model;
    trainer: Trainer;
    options: ArticleOptions;
  }) {
    this.#gpu = parts.gpu;
    this.#experiment = parts.experiment;
    this.#options = parts.options;
    this.#model = parts.model;
    this.#trainer = parts.trainer;
    this.#far = farRows(parts.experiment).x;
  }

  get step(): number {
    return this.#trainer.step;
  }

  async advance({ until, milliseconds }: Turn) {
    const trainer = this.#trainer;
    if (!(await this.#pieces.begin())) return undefined;
    const start = performance.now();
    const fitting = Math.max(1, Math.round(this.#perMillisecond * milliseconds));
    const count = Math.min(pieceAfter(trainer.step), fitting, until - trainer.step);
    await trainer.run(count);
    await this.sample();
    await this.#network?.follow(trainer.step);
    this.#perMillisecond = count / (performance.now() - start);
    if (!this.#network && trainer.step >= 10) await this.#openNetwork();
    return Number.isFinite(trainer.losses.at(-1)) ? undefined : 'diverged';
  }

  async report(): Promise<ArticleReport> {
    const { test } = this.#experiment;
    const [predicted, network] = await Promise.all([
      this.#model.predict([...test.x, ...this.#far]),
      this.#network?.predict(this.#far),
    ]);
    const tests = test.x.length;
    const { losses } = this.#trainer;
    const costs = Float32Array.from(losses.slice(this.#costsSent));
    const samples = this.#samples;
    this.#costsSent = losses.length;
    this.#samples = [];
    return {
      costs,
      samples,
      test: predicted.slice(0, tests),
      far: predicted.slice(tests),
      ...(network && { network }),
    };
  }

  transfer({ costs, test, far, network }: ArticleReport): Transferable[] {
    return [costs.buffer, test.buffer, far.buffer, ...(network ? [network.buffer] : [])];
  }

  async answer({ file }: ArticleQuestion): Promise<string | Uint8Array<ArrayBuffer>> {
    const { experiment, seed, learningRate, beta2 } = this.#options;
    const description: ModelDescription = { ...this.#experiment.model, seed };
    const notes = {
      experiment,
      learningRate: String(learningRate),
      beta2: String(beta2),
      epochs: String(this.step),
    };
    return modelFile(file, description, await this.#model.weights(), notes);
  }

  async sample(): Promise<void> {
    const [layer] = await this.#model.weights();
    if (layer) this.#samples.push({ epoch: this.#trainer.step, weights: layer.effective });
  }

  async #openNetwork(): Promise<void> {
    this.#network = await ArticleNetwork.open(this.#gpu, this.#experiment, this.#options.seed);
    await this.#network.follow(this.#trainer.step);
  }

  dispose(): void {
    this.#network?.dispose();
    this.#trainer.dispose();
    this.#model.dispose();
  }
}
