/** The networks of one kind: drawn at once, compiled when their turn comes, trained in pieces. */

import {
  type CellOptions,
  createEnsembleRun,
  createModel,
  type EnsembleRun,
  type EnsembleState,
  type Gpu,
  type LogPoint,
} from '../../../../src/index.ts';
import { type Curve, curveOf, MOST_STEPS } from './report.ts';

export class Networks {
  readonly #options: CellOptions;
  /** As the networks stand before their kernel is compiled. */
  readonly #start: Pick<LogPoint, 'step' | 'parameters' | 'statuses'>;
  #run: EnsembleRun | undefined;
  #disposed = false;
  /** Of the last curve. */
  state: EnsembleState | undefined;
  /** Every one of them, as far as the last curve told. */
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
    return this.#run !== undefined;
  }

  get step(): number {
    return this.#run?.step ?? 0;
  }

  /** Goes on from `saved` if it is given. */
  async compile(gpu: Gpu, saved: EnsembleState | undefined): Promise<void> {
    if (this.#disposed) return;
    const run = createEnsembleRun(gpu, {
      ...this.#options,
      steps: MOST_STEPS,
      // Nothing is read at log points: curves are computed when they are asked for.
      logEvery: MOST_STEPS,
      recover: false,
      ...(saved && { from: saved }),
    });
    await run.prepare();
    if (this.#disposed) return run.dispose();
    this.#run = run;
  }

  /** Trains up to `steps` steps, or as many as take about so many milliseconds. */
  async train(steps: number, milliseconds: number): Promise<void> {
    await this.#run?.advance({ steps, milliseconds });
  }

  async curve(): Promise<Curve> {
    const point = await this.#run?.inspect();
    this.state = point?.state;
    const { statuses } = point ?? this.#start;
    this.diverged = statuses.every((status) => status === 'diverged');
    return curveOf(this.#options.model, point ?? this.#start);
  }

  dispose(): void {
    this.#disposed = true;
    this.#run?.dispose();
  }
}
