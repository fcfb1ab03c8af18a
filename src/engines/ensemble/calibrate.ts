/** Finds by measurement how many threads per model are fastest on an adapter. */

import { LimitError } from '../../errors.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import type { Ensemble } from './ensemble.ts';
import type { ResolvedEnsemble } from './options.ts';

/** Threads per model that are tried, as far as the batch has rows for them. */
const candidates = { gpu: [8, 16, 32, 64, 128, 256], software: [4, 8, 16] };

/** Measurements of each candidate, and steps of each measurement. */
const ROUNDS = 3;
const STEPS = 8;

const cache = new WeakMap<Gpu, Map<string, number>>();

/**
 * Trains trial ensembles with each number of lanes for a few steps and returns the fastest number. The answer is kept for
 * the same device, architecture, batch and number of models. Runs with different lanes differ in their last bits, so pass
 * the number found as `lanes` to repeat a run.
 */
export async function calibrateLanes(
  gpu: Gpu,
  { model, batch, seeds, recipe }: ResolvedEnsemble,
  create: (lanes: number) => Promise<Ensemble>,
): Promise<number> {
  const shape = model.layers.map(({ record, inputs, outputs }) => [record.name, inputs, outputs]);
  const key = JSON.stringify([shape, batch, seeds.length, recipe.optimizer.slots]);
  const known = cache.get(gpu) ?? new Map<string, number>();
  cache.set(gpu, known);
  const kept = known.get(key);
  if (kept !== undefined) return kept;
  const [least = 1, ...more] = gpu.adapter.software ? candidates.software : candidates.gpu;
  let best = { lanes: least, milliseconds: Number.POSITIVE_INFINITY };
  for (const lanes of [least, ...more.filter((lanes) => lanes <= batch)]) {
    const milliseconds = await measure(lanes, create);
    if (milliseconds < best.milliseconds) best = { lanes, milliseconds };
  }
  known.set(key, best.lanes);
  return best.lanes;
}

/** The shortest of a few measurements; infinite for a number of lanes whose kernel does not fit. */
async function measure(lanes: number, create: (lanes: number) => Promise<Ensemble>): Promise<number> {
  try {
    const ensemble = await create(lanes);
    try {
      await ensemble.run(STEPS);
      let shortest = Number.POSITIVE_INFINITY;
      for (let round = 0; round < ROUNDS; round++) {
        const start = performance.now();
        await ensemble.run(STEPS);
        shortest = Math.min(shortest, performance.now() - start);
      }
      return shortest;
    } finally {
      ensemble.dispose();
    }
  } catch (error) {
    if (error instanceof LimitError) return Number.POSITIVE_INFINITY;
    throw error;
  }
}
