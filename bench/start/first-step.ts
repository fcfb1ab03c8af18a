/** A library in a page of its own, from its first line to its first step and its second one. */

import type { Contender } from '../contender.ts';
import { type LayerParameters, type Problem, widthsOf } from '../problem.ts';
import { drawTable, generator } from '../tables.ts';
import type { Workload } from '../workloads.ts';

/** Milliseconds since the page was asked for, when each was done. */
export interface FirstStep {
  /** The script is there and runs. */
  readonly script: number;
  /** The library has its device, or whatever computes. */
  readonly started: number;
  /** The model is ready to train. */
  readonly ready: number;
  /** The loss of the first step is here; and of the second, which compiles nothing. */
  readonly first: number;
  readonly second: number;
  readonly loss: number;
}

declare global {
  var benchStart: { done?: FirstStep; failed?: string };
}

/** 100 NALUs 2→1 on 128 rows, or one, where the library's engine is for one. */
const workload = (models: number): Workload => ({
  name: 'start',
  group: 'one',
  title: 'first step',
  kind: 'training',
  unit: 'NALU',
  models,
  inputs: 2,
  outputs: 1,
  batch: 128,
  rows: 'product',
  learningRate: 0.01,
  checkSteps: 3,
  contenders: [],
});

/** Runs it in this page; `globalThis.benchStart` has the outcome. */
export async function takeFirstStep(contender: Contender, models = 100): Promise<void> {
  const script = performance.now();
  try {
    await contender.start?.();
    const started = performance.now();
    const session = await contender.prepare(problemOf(workload(models)));
    const ready = performance.now();
    const loss = await session.run(1);
    const first = performance.now();
    await session.run(1);
    const second = performance.now();
    if (!Number.isFinite(loss)) throw new Error(`the loss of its first step is ${loss}`);
    globalThis.benchStart = { done: { script, started, ready, first, second, loss } };
  } catch (error) {
    globalThis.benchStart = { failed: (error as Error).message };
  }
}

/** Start parameters from a generator of the benchmark's: no library has to be loaded for another one's sake. */
function problemOf(given: Workload): Problem {
  const random = generator(7);
  const widths = widthsOf(given);
  const layers = widths.slice(1).map((outputs, index): LayerParameters => {
    const count = given.models * (widths[index] as number) * outputs;
    const values = () => Float32Array.from({ length: count }, () => 2 * random() - 1);
    return { W_hat: values(), M_hat: values(), G: values() };
  });
  return { workload: given, table: drawTable(given, given.batch), parameters: async () => layers };
}
