/** One experiment in the worker: a model, its trainer, and training in pieces with reports in between. */

import {
  createModel,
  DeviceLostError,
  type Experiment,
  type Gpu,
  type Model,
  type Trainer,
} from '../../../src/index.ts';
import { farRows } from '../far-rows.ts';
import type { Progress, Reply, Request, StopReason, WeightSample } from '../protocol.ts';
import { told } from './told.ts';

type Post = (message: Reply, transfer?: Transferable[]) => void;

export class Session {
  readonly #gpu: Gpu;
  readonly #experiment: Experiment;
  readonly #post: Post;
  readonly #rows: readonly (readonly [number, number])[];
  #model: Model | undefined;
  #trainer: Trainer | undefined;
  /** Requests are answered one after the other; each ends the training that is under way. */
  #queue: Promise<void> = Promise.resolve();
  #turn = 0;
  #seconds = 0;
  #costsSent = 0;
  #samples: WeightSample[] = [];

  constructor(gpu: Gpu, experiment: Experiment, post: Post) {
    this.#gpu = gpu;
    this.#experiment = experiment;
    this.#post = post;
    this.#rows = [...experiment.test.x, ...farRows(experiment).x];
  }

  handle(request: Request): void {
    const turn = ++this.#turn;
    this.#queue = this.#queue.then(async () => {
      try {
        const reason = await this.#answer(request, () => this.#turn === turn);
        if (reason) this.#post({ ...address(request), type: 'stopped', reason });
      } catch (error) {
        if (error instanceof DeviceLostError) return; // said once, for all sessions
        this.#post({ ...address(request), type: 'failed', ...told(error) });
      }
    });
  }

  async #answer(request: Request, current: () => boolean): Promise<StopReason | undefined> {
    if (request.type === 'open') {
      await this.#open(request.seed, request.learningRate);
      await this.#report(request);
      return 'opened';
    }
    // A request to pause has ended the training by coming.
    return request.type === 'train' ? this.#train(request, current) : undefined;
  }

  async #open(seed: number, learningRate: number): Promise<void> {
    this.#trainer?.dispose();
    this.#model?.dispose();
    this.#trainer = undefined;
    this.#seconds = 0;
    this.#costsSent = 0;
    this.#samples = [];
    const { model, train, loss } = this.#experiment;
    this.#model = createModel(this.#gpu, { ...model, seed });
    this.#trainer = await this.#model.createTrainer({ x: train.x, y: train.y, loss, learningRate });
    await this.#sample();
  }

  async #train(
    request: Request & { type: 'train' },
    current: () => boolean,
  ): Promise<StopReason | undefined> {
    const trainer = this.#trainer;
    if (!trainer) return undefined; // opening it failed, and that was said
    let started = performance.now();
    let reported = started;
    let perMillisecond = 0;
    while (current() && trainer.step < request.until && Number.isFinite(trainer.losses.at(-1) ?? 0)) {
      // The weights move most at first, so that the first pieces are short: a tenth more epochs at a time.
      const wanted = Math.min(Math.ceil(trainer.step / 10), Math.round(perMillisecond * request.interval));
      const count = Math.min(Math.max(wanted, 1), request.until - trainer.step);
      await trainer.run(count);
      await this.#sample();
      const now = performance.now();
      perMillisecond = count / (now - started);
      this.#seconds += (now - started) / 1000;
      started = now;
      if (now - reported >= request.interval) {
        await this.#report(request);
        reported = performance.now();
      }
    }
    await this.#report(request);
    if (!Number.isFinite(trainer.losses.at(-1) ?? 0)) return 'diverged';
    return trainer.step >= request.until ? 'done' : undefined;
  }

  async #sample(): Promise<void> {
    const [layer] = await (this.#model as Model).weights();
    if (layer) this.#samples.push({ epoch: (this.#trainer as Trainer).step, weights: layer.effective });
  }

  async #report(request: Request): Promise<void> {
    const trainer = this.#trainer as Trainer;
    const predicted = await (this.#model as Model).predict(this.#rows);
    const tests = this.#experiment.test.x.length;
    const progress: Progress = {
      epoch: trainer.step,
      seconds: this.#seconds,
      costs: Float32Array.from(trainer.losses.slice(this.#costsSent)),
      samples: this.#samples,
      test: predicted.slice(0, tests),
      far: predicted.slice(tests),
    };
    this.#costsSent = trainer.losses.length;
    this.#samples = [];
    const transfer = [progress.costs.buffer, progress.test.buffer, progress.far.buffer];
    this.#post({ ...address(request), type: 'progress', progress }, transfer);
  }
}

const address = ({ experiment, run }: Request) => ({ experiment, run });
