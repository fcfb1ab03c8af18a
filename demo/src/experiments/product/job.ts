/** A NALU and an ordinary network learn the multiplication table, side by side. */

import {
  createEnsembleRun,
  type EnsembleRun,
  type EnsembleState,
  type Gpu,
  initialWeights,
  type LayerWeights,
  type LogPoint,
} from '../../../../src/index.ts';
import { type Job, type JobKind, type Turn, wanted } from '../job.ts';
import { commonStep, nap, Pieces, pieceAfter } from '../pieces.ts';
import { examples, type KindName, kinds, STARTS, STEPS } from './plan.ts';

export interface ProductOptions {
  /** Of the first start; the others have the seeds after it. */
  readonly seed: number;
}

export type ProductReport = Readonly<Record<KindName, Learner>>;

export interface Learner {
  readonly step: number;
  readonly compiled: boolean;
  /** Of the start that fits the examples best so far. */
  readonly numbers: Float64Array<ArrayBuffer>;
}

interface Saved {
  readonly states: Readonly<Partial<Record<KindName, EnsembleState>>>;
  readonly told: ProductReport;
}

/** Milliseconds of a piece. */
const PIECE = 60;

export const kind: JobKind<ProductOptions, ProductReport> = {
  async open(gpu, { seed }, saved) {
    // Initial weights are there before the kernels of the training are compiled.
    const drawn = { nalu: draw('nalu', seed), network: draw('network', seed) };
    return new ProductJob(gpu, seed, (saved ?? { states: {}, told: drawn }) as Saved);
  },
};

class ProductJob implements Job<ProductReport> {
  readonly #runs = new Map<KindName, EnsembleRun>();
  readonly #compiling: Promise<void>;
  readonly #states: Partial<Record<KindName, EnsembleState>>;
  /** What was told last: of those that are not compiled, it still holds. */
  #told: ProductReport;
  #disposed = false;
  #until = 0;
  readonly #pieces = new Pieces(PIECE);

  constructor(gpu: Gpu, seed: number, { states, told }: Saved) {
    this.#states = { ...states };
    this.#told = { nalu: { ...told.nalu, compiled: false }, network: { ...told.network, compiled: false } };
    this.#compiling = this.#compile(gpu, seed);
    this.#compiling.catch(() => {}); // the error reaches whoever trains
  }

  get step(): number {
    return commonStep(
      names.map((name) => (this.#runs.get(name) ?? this.#told[name]).step),
      this.#until,
    );
  }

  get saved(): Saved {
    return { states: this.#states, told: this.#told };
  }

  async advance({ until }: Turn) {
    this.#until = until;
    const runs = [...this.#runs.values()];
    if (runs.length === names.length && runs.every(({ done }) => done)) return 'diverged';
    const ready = runs.filter(({ done, step }) => !done && step < until);
    if (ready.length === 0) await Promise.race([this.#compiling, nap(PIECE)]);
    else if (await this.#pieces.begin()) {
      for (const run of ready) {
        await run.advance({ steps: Math.min(pieceAfter(run.step), until - run.step) });
      }
    }
    return undefined;
  }

  async report(): Promise<ProductReport> {
    const learners = { ...this.#told };
    for (const [name, run] of this.#runs) {
      const point = await run.inspect();
      this.#states[name] = point.state;
      const numbers = numbersOf(run.weights(point, bestOf(point)));
      learners[name] = { step: point.step, compiled: true, numbers };
    }
    this.#told = learners;
    return learners;
  }

  dispose(): void {
    this.#disposed = true;
    for (const run of this.#runs.values()) run.dispose();
  }

  /** One after the other: the NALU's kernel is the smaller one, and trains while the other is compiled. */
  async #compile(gpu: Gpu, seed: number): Promise<void> {
    for (const name of names) {
      const { scale, ...kind } = kinds[name];
      const x = examples.map((example) => example.x.map((value) => value / scale));
      const y = examples.map((example) => [example.y / scale ** 2]);
      // The page has this compiled while its visitor reads; who presses another button is not kept waiting by it.
      while (wanted.size > 0 && !wanted.has(this) && !this.#disposed) await nap(PIECE);
      if (this.#disposed) return;
      const from = this.#states[name];
      const run = createEnsembleRun(gpu, {
        ...kind,
        ...{ x, y, loss: 'meanSquared' },
        seeds: Array.from({ length: STARTS }, (_, index) => (seed + index) % 2 ** 32),
        evaluate: { examples: { x, y } },
        steps: STEPS,
        logEvery: STEPS,
        recover: false,
        ...(from && { from }),
      });
      await run.prepare();
      if (this.#disposed) return run.dispose();
      this.#runs.set(name, run);
    }
  }
}

const names = Object.keys(kinds) as KindName[];

const draw = (name: KindName, seed: number): Learner => ({
  step: 0,
  compiled: false,
  numbers: numbersOf(initialWeights({ ...kinds[name].model, seed })),
});

/** The start that fits the examples best. */
function bestOf({ errors }: LogPoint): number {
  const all = [...(errors.examples as Float32Array)];
  return all.reduce((kept, error, index) => (error < (all[kept] as number) ? index : kept), 0);
}

/** As `Numbers` has them. */
function numbersOf(layers: readonly LayerWeights[]): Float64Array<ArrayBuffer> {
  const [first] = layers;
  const tables =
    first?.unit === 'NALU'
      ? [first.effective.W, first.effective.G]
      : layers.flatMap(({ effective }) => [effective.W, effective.b]);
  return Float64Array.from(tables.flatMap((table) => table?.flat() ?? []));
}
