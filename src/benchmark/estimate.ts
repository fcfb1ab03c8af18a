/** How long a benchmark will take, by training a little of it. */

import type { WaveProgress } from '../engines/ensemble/driven.ts';
import { createEnsembleRun } from '../engines/ensemble/run.ts';
import type { Gpu } from '../gpu/gpu.ts';
import type { Chunk } from './plan.ts';

/** Seconds of all trials together, and of one. */
const BUDGET = 4;
const TRIAL = 0.15;
const STEPS = 16;
/** More than a trial reaches. */
const MOST_STEPS = 2 ** 30;

/**
 * Seconds that `chunks` will take on `gpu`: a trial of each until the time for trials is over, what is left by the mean
 * rate of those that were tried. Compiling and the evaluations at log points are not counted, so it is a little low. Rejects
 * with the signal's reason.
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
  const { reinitialization: _again, regularizers: _penalties, ...options } = cell.options;
  const run = createEnsembleRun(gpu, { ...options, steps: MOST_STEPS, recover: false });
  try {
    await run.prepare(signal);
    let best = 0;
    let done = 0;
    const start = performance.now();
    do {
      const [before, began] = [done, performance.now()];
      const onProgress = (progress: WaveProgress) => {
        done = progress.done;
      };
      await run.advance({ steps: STEPS, signal, onProgress });
      best = Math.max(best, (1000 * (done - before)) / (performance.now() - began));
    } while ((performance.now() - start) / 1000 < TRIAL);
    return best;
  } finally {
    run.dispose();
  }
}
