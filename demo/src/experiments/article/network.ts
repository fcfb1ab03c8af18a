/** An ordinary network that learns from the same rows, to be compared with far outside them. */

import { createModel, type Experiment, type Gpu, type Model, type Trainer } from '../../../../src/index.ts';
import { adam, HIDDEN, NETWORK } from './plan.ts';

/** One hidden layer of rectified linear units, on inputs and answers up to 1, as such networks are used. */
export class ArticleNetwork {
  readonly #model: Model;
  readonly #trainer: Trainer;
  readonly #scale: { readonly x: number; readonly y: number };

  private constructor(model: Model, trainer: Trainer, scale: { x: number; y: number }) {
    this.#model = model;
    this.#trainer = trainer;
    this.#scale = scale;
  }

  static async open(gpu: Gpu, { train }: Experiment, seed: number): Promise<ArticleNetwork> {
    const scale = { x: Math.max(...train.x.flat()), y: Math.max(...train.y.flat()) };
    const layers = [
      { unit: 'Dense ReLU', outputs: HIDDEN } as const,
      { unit: 'Linear', outputs: 1 } as const,
    ];
    const model = createModel(gpu, { inputs: 2, layers, seed });
    try {
      const trainer = await model.createTrainer({
        x: scaled(train.x, scale.x),
        y: scaled(train.y, scale.y),
        loss: 'meanSquared',
        learningRate: NETWORK.learningRate,
        optimizer: adam(NETWORK.beta2),
        batch: NETWORK.batch,
        seed,
      });
      return new ArticleNetwork(model, trainer, scale);
    } catch (error) {
      model.dispose();
      throw error;
    }
  }

  /** Trains until it has had its share of so many epochs of the unit. */
  async follow(epoch: number): Promise<void> {
    const missing = Math.min(epoch, NETWORK.steps) - this.#trainer.step;
    if (missing > 0) await this.#trainer.run(missing);
  }

  async predict(x: readonly (readonly number[])[]): Promise<Float32Array<ArrayBuffer>> {
    const y = await this.#model.predict(scaled(x, this.#scale.x));
    return y.map((value) => value * this.#scale.y);
  }

  dispose(): void {
    this.#trainer.dispose();
    this.#model.dispose();
  }
}

const scaled = (rows: readonly (readonly number[])[], largest: number) =>
  rows.map((row) => row.map((value) => value / largest));
