/** The networks of one kind: drawn at once, compiled when their turn comes, trained in pieces. */

import {
  type CellOptions,
  createEnsemble,
  createModel,
  type Ensemble,
  type EnsembleState,
  type Gpu,
  type LogPoint,
} from '../../../../src/index.ts';
import { type Curve, curveOf } from './report.ts';

export class Networks {
  readonly #options: CellOptions;
  /** As the networks stand before their kernel is compiled. */
  readonly #start: Pick<LogPoint, 'step' | 'parameters' | 'statuses'>;
  #ensemble: Ensemble | undefined;
  #disposed = false;
  #perMillisecond = 0;
  /** Of the last curve. */
  state: EnsembleState | undefined;
  /** Every one of them. */
  diverged = false;

  private constructor(options: CellOptions, parameters: Float32Array) {
    this.#options = options;
    this.#start = { step: 0, parameters, statuses: options.seeds.map(() => 'running') };
  }

  /** Initial parameters can be had without the kernel of the training, whose compilation takes a while. */
  static async draw(gpu: Gpu, options: CellOptions): Promise<Networks> {
    const draw = async (seed: number): Promise<number[]> => {
      const model = createModel(gpu, { ...options.model, seed });
      try {
        const layers = await model.weights();
        return layers.flatMap(({ parameters }) => Object.values(parameters).flatMap(({ data }) => [...data]));
      } finally {
        model.dispose();
      }
    };
    const drawn = await Promise.all(options.seeds.map(draw));
    return new Networks(options, Float32Array.from(drawn.flat()));
  }

  get compiled(): boolean {
    return this.#ensemble !== undefined;
  }

  get step(): number {
    return this.#ensemble?.step ?? 0;
  }

  /** Goes on from `saved` if it is given. */
  async compile(gpu: Gpu, saved: EnsembleState | undefined): Promise<void> {
    if (this.#disposed) return;
    // Nothing is read at log points: curves are computed when they are asked for.
    const { steps: _, ...options } = this.#options;
    const ensemble = await createEnsemble(gpu, { ...options, logEvery: 1_000_000 });
    if (this.#disposed) return ensemble.dispose();
    if (saved) ensemble.importState(saved);
    this.#ensemble = ensemble;
  }

  /** Trains up to `most` steps, or as many as take about so many milliseconds. */
  async train(most: number, milliseconds: number): Promise<void> {
    const ensemble = this.#ensemble as Ensemble;
    const start = performance.now();
    const steps = Math.min(Math.max(Math.round(this.#perMillisecond * milliseconds), 1), most);
    await ensemble.run(steps);
    this.#perMillisecond = steps / (performance.now() - start);
  }

  async curve(): Promise<Curve> {
    const point = await this.#ensemble?.inspect();
    this.state = point?.state;
    const { statuses } = point ?? this.#start;
    this.diverged = statuses.every((status) => status === 'diverged');
    return curveOf(this.#options.model, point ?? this.#start);
  }

  dispose(): void {
    this.#disposed = true;
    this.#ensemble?.dispose();
  }
}
