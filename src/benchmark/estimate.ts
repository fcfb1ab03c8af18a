/** How long a benchmark will take, by training a little of it. */

import { createEnsemble } from '../engines/ensemble/create.ts';
import type { Gpu } from '../gpu/gpu.ts';
import type { Chunk } from './plan.ts';

/** Seconds of all trials together, and of one. */
const BUDGET = 4;
const TRIAL = 0.15;
const STEPS = 16;

/**
 * Seconds that `chunks` will take on `gpu`: a trial of each until the time for trials is over, what is left by the mean
 * rate of those that were tried. Compiling and the evaluations at log points are not counted, so it is a little low. Rejects with the signal's reason.
 */
export async function estimateSeconds(
  gpu: Gpu,
  chunks: readonly Chunk[],
  signal?: AbortSignal,
): Promise<number> {
  const start = performance.now();
  const rates = new Map<string, number>();
  for (const chunk of chunks) {
    if ((performance.now() - start) / 1000 > BUDGET) break;
    if (!rates.has(kindOf(chunk))) rates.set(kindOf(chunk), await measureRate(gpu, chunk, signal));
  }
  const mean = [...rates.values()].reduce((sum, rate) => sum + rate, 0) / rates.size;
  return chunks.reduce((sum, chunk) => sum + workOf(chunk) / (rates.get(kindOf(chunk)) ?? mean), 0);
}

const kindOf = ({ cell }: Chunk): string => `${cell.operation} ${cell.unit}`;
const workOf = ({ cell }: Chunk): number => cell.models.length * cell.options.steps;

/** Models × steps per second. */
async function measureRate(gpu: Gpu, { cell }: Chunk, signal: AbortSignal | undefined): Promise<number> {
  const { steps: _steps, reinitialization: _again, regularizers: _penalties, ...options } = cell.options;
  const ensemble = await createEnsemble(gpu, options, { signal });
  try {
    let best = 0;
    const start = performance.now();
    do {
      const began = performance.now();
      await ensemble.run(STEPS, { signal });
      best = Math.max(best, (1000 * STEPS * ensemble.models) / (performance.now() - began));
    } while ((performance.now() - start) / 1000 < TRIAL);
    return best;
  } finally {
    ensemble.dispose();
  }
}
