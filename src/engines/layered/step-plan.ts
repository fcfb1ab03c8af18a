/** What every training of one model has: the passes of a step, its bookkeeping, and the rings that connect both with the host. */

import { Counter, Schedule, tick } from '../../../shaders/kernels/tick.wgsl.ts';
import type { Arena } from '../../gpu/arena.ts';
import type { Dispatch } from '../../gpu/dispatch.ts';
import { prepareDispatch } from '../../gpu/prepare-dispatch.ts';
import type { ResolvedTraining } from '../../model/training.ts';
import { strengthAt } from '../../units/regularizer.ts';
import type { GpuLayer } from './layers.ts';
import type { Tilings } from './tiles.ts';
import { prepareTraining, type TrainingPass } from './training-pass.ts';

/** Slots of the rings of losses and learning rates; a submit may not hold more steps than half of them. */
export const CAPACITY = 8192;

/** Losses that come from the GPU, and what goes there for each step: its learning rate and the strengths of the penalties. */
export class StepRing {
  readonly #arena: Arena;
  readonly #history: GPUBuffer;
  readonly #rates: GPUBuffer;
  readonly #row: (step: number) => number[];

  constructor(arena: Arena, history: GPUBuffer, rates: GPUBuffer, row: (step: number) => number[]) {
    this.#arena = arena;
    this.#history = history;
    this.#rates = rates;
    this.#row = row;
  }

  /** Steps from `from` on, at most `count`, that stand side by side in the rings. */
  stretch(from: number, count: number): number {
    return Math.min(count, CAPACITY - (from % CAPACITY));
  }

  /** Writes what `count` steps from `from` on need; they stand side by side. */
  write(from: number, count: number): void {
    const rows = Array.from({ length: count }, (_, index) => this.#row(from + index));
    const width = rows[0]?.length ?? 0;
    this.#arena.write(this.#rates, Float32Array.from(rows.flat()), 4 * width * (from % CAPACITY));
  }

  /** Losses of `count` steps from `from` on, which stand side by side and are submitted. */
  losses(from: number, count: number): Promise<Float32Array> {
    return this.#arena.readFloats(this.#history, 4 * (from % CAPACITY), count);
  }
}

export interface StepPlan {
  readonly training: TrainingPass;
  /** Adds up the loss and prepares the optimiser's step. */
  readonly ticking: Promise<Dispatch>;
  readonly counter: GPUBuffer;
  readonly ring: StepRing;
}

export interface StepPlanOptions {
  readonly tilings: Tilings;
  readonly signal?: AbortSignal | undefined;
  readonly resolved: ResolvedTraining;
  /** The rows of a step, and their number in all data. */
  readonly x: GPUBuffer;
  readonly targets: GPUBuffer;
  readonly sampleWeights?: GPUBuffer | undefined;
  readonly rows: number;
  /** See `TrainingPassOptions`. */
  readonly dy?: GPUBuffer;
  readonly inputGradient: boolean;
}

/** Lays out the steps of `layers`; the counter is needed before, where batches are drawn by it. */
export async function planSteps(
  arena: Arena,
  layers: readonly GpuLayer[],
  counter: GPUBuffer,
  { tilings, signal, resolved, x, targets, sampleWeights, rows, dy, inputGradient }: StepPlanOptions,
): Promise<StepPlan> {
  const { batch, seed, loss, optimizer, hyper, rate, regularizers, clip, clipNorm, l1, trainable } = resolved;
  const history = arena.values('history', CAPACITY);
  const rates = arena.values('rates', CAPACITY * (1 + layers.length));
  const strengths = arena.values('strengths', layers.length);
  const step_info = arena.values('step', optimizer.step.length);
  const training = await prepareTraining(arena, layers, {
    tilings,
    signal,
    rows: batch,
    x,
    targets,
    sampleWeights,
    ...(dy && { dy }),
    loss,
    inputGradient,
    update: {
      optimizer: optimizer.code('opt'),
      slots: optimizer.slots,
      stepInfo: step_info,
      strengths,
      means: regularizers.map((regularizer) => regularizer?.reduction === 'mean'),
      clip,
      clipNorm,
      counter,
      seed,
      l1,
      trainable,
    },
  });
  const schedule = Schedule.pack({
    partials: training.partialCount,
    capacity: CAPACITY,
    batch,
    rows,
    strengths: layers.length,
  });
  const ticking = prepareDispatch(
    arena,
    tick(optimizer.code('opt')),
    {
      schedule: arena.uniform('schedule', schedule),
      hyper: arena.uniform('hyper', Float32Array.from(hyper).buffer),
      partials: training.partials,
      rates,
      strengths,
      counter,
      history,
      step_info,
    },
    [1, 1, 1],
  );
  const row = (step: number) => [rate(step), ...regularizers.map((r) => (r ? strengthAt(r, step) : 0))];
  return { training, ticking, counter, ring: new StepRing(arena, history, rates, row) };
}

/** The counter of steps, and of the place in the data. */
export const stepCounter = (arena: Arena): GPUBuffer => arena.values('counter', Counter.size / 4);
