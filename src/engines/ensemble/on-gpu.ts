/** An ensemble's buffers and kernels: what is submitted, what is read back. Who trains, and when, is `Ensemble`'s. */

import { Evaluation } from '../../../shaders/kernels/ensemble-evaluate.wgsl.ts';
import { Run } from '../../../shaders/kernels/ensemble-train.wgsl.ts';
import { gridFor } from '../../../shaders/kernels/ensemble-train-state.ts';
import { thetaFloats } from '../../../shaders/kernels/parameters.ts';
import type { Arena } from '../../gpu/arena.ts';
import type { Dispatch } from '../../gpu/dispatch.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import { initialParameters } from '../../model/description.ts';
import type { ResolvedEnsemble } from './options.ts';
import { createPlanner } from './planner.ts';
import type { EnsembleState } from './state.ts';
import { Submits } from './submits.ts';
import { type evaluationConstants, runConstants, scheduleRows } from './uploads.ts';

/** Steps a dispatch may hold; the rows of the schedule are uploaded for so many. */
export const MAX_STEPS = 4096;

/** A held-out set on the GPU. */
export interface HeldOut {
  readonly dispatch: Dispatch;
  readonly info: GPUBuffer;
  readonly errors: GPUBuffer;
  readonly constants: ReturnType<typeof evaluationConstants>;
}

type BufferName = 'run' | 'hyper' | 'state' | 'train_states' | 'table' | 'models' | 'schedule' | 'losses';

export type EnsembleBuffers = Readonly<Record<BufferName, GPUBuffer>> & {
  /** Rows of the data, if training is on data. */
  readonly data?: GPUBuffer;
};

export interface EnsembleParts {
  readonly gpu: Gpu;
  readonly options: ResolvedEnsemble;
  /** Threads per model. */
  readonly lanes: number;
  readonly arena: Arena;
  readonly buffers: EnsembleBuffers;
  readonly training: Dispatch;
  readonly heldOut: readonly HeldOut[];
  /** Floats of one model's state. */
  readonly floats: number;
}

/** What the GPU holds of a state. */
export type RawState = Pick<EnsembleState, 'floats' | 'trainStates' | 'losses'>;

export class EnsembleOnGpu {
  readonly parts: EnsembleParts;
  readonly #submits: Submits;
  readonly #trainingPlanner = createPlanner();
  /** Its unit of work is a step of a row of one model. */
  readonly #evaluationPlanner = createPlanner({ first: 4096 });

  constructor(parts: EnsembleParts) {
    this.parts = parts;
    this.#submits = new Submits(parts.arena);
  }

  /** Makes `models` the list that training and evaluation go through, from the next submit on. */
  list(models: readonly number[]): void {
    const { arena, buffers } = this.parts;
    if (models.length > 0) arena.write(buffers.models, Uint32Array.from(models));
  }

  /**
   * Submits steps from `step` on, at most up to `end`, for the first `models` of the list, in parts of about the same time.
   * Resolves with how many steps once no more than a few submits are under way; `finished` hears of each part's work,
   * models × steps, when it is done.
   */
  async train(models: number, step: number, end: number, finished: (work: number) => void): Promise<number> {
    const { arena, options, buffers, training } = this.parts;
    const plan = this.#trainingPlanner.plan(models, Math.min(end - step, MAX_STEPS));
    const { steps } = plan;
    this.#uploadSchedule(step, steps);
    const common = { ...runConstants(options), steps };
    for (const { first, count } of parts(models, plan.models)) {
      const submit = () => {
        arena.write(buffers.run, Run.pack({ ...common, first, count }));
        arena.run([{ ...training, grid: gridFor(count) }]);
      };
      await this.#submits.add(submit, count * steps, this.#trainingPlanner, () => finished(count * steps));
    }
    return steps;
  }

  /**
   * Submits the evaluation of the first `models` of the list on all held-out sets; with `decide`, the kernel stops models
   * and switches penalties.
   */
  async evaluate(models: number, decide: boolean): Promise<void> {
    const { arena, heldOut } = this.parts;
    for (const { dispatch, info, constants } of heldOut) {
      const { rows, steps } = constants;
      const common = { ...constants, decide: decide ? 1 : 0 };
      for (const { first, count } of parts(models, this.#evaluationPlanner.whole(models, rows * steps))) {
        const submit = () => {
          arena.write(info, Evaluation.pack({ ...common, first, count }));
          arena.run([{ ...dispatch, grid: gridFor(count) }]);
        };
        await this.#submits.add(submit, count * rows * steps, this.#evaluationPlanner);
      }
    }
  }

  /** Waits for all that was submitted. */
  finish(): Promise<void> {
    return this.#submits.finish();
  }

  /** Errors of all models on each held-out set, as they are when this is called. */
  readErrors(): Promise<Float32Array[]> {
    const { arena, heldOut } = this.parts;
    return Promise.all(heldOut.map(({ errors }) => arena.readFloats(errors)));
  }

  /** The state of all models, as it is when this is called. */
  async readState(): Promise<RawState> {
    const { arena, buffers } = this.parts;
    const [floats, trainStates, losses] = await Promise.all([
      arena.readFloats(buffers.state),
      arena.read(buffers.train_states),
      arena.readFloats(buffers.losses),
    ]);
    return {
      floats,
      trainStates: new Uint32Array(trainStates),
      losses,
    };
  }

  writeState({ floats, trainStates, losses }: RawState): void {
    const { arena, buffers } = this.parts;
    arena.write(buffers.state, floats);
    arena.write(buffers.train_states, trainStates);
    arena.write(buffers.losses, losses);
  }

  /** Gives `model` the initial parameters of its draw number `draws`; the optimiser's state stays. */
  drawAgain(model: number, draws: number): void {
    const { arena, buffers, floats, options } = this.parts;
    const { model: description, seeds } = options;
    const seed = seeds[model] as number;
    let at = 4 * model * floats;
    description.layers.forEach((layer, k) => {
      arena.write(buffers.state, initialParameters({ ...description, seed }, k, draws), at);
      at += 4 * thetaFloats(layer);
    });
  }

  dispose(): void {
    this.parts.arena.dispose();
  }

  #uploadSchedule(first: number, steps: number): void {
    const { arena, buffers, options } = this.parts;
    arena.write(buffers.schedule, scheduleRows(options, first, steps));
  }
}

/** `count` in parts of `size` at most. */
function* parts(count: number, size: number): Generator<{ first: number; count: number }> {
  for (let first = 0; first < count; first += size) yield { first, count: Math.min(size, count - first) };
}
