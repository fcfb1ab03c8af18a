/** What a reproduction of the article's experiments gives: plain values, the JSON of `nalu reproduce --json`. */

import type { AdapterFacts } from '../gpu/adapter.ts';
import type { ExperimentName, RecipeName } from '../tasks/article.ts';

/** Numbers in the shape of their tensor: `[in][out]`, `[in]` or `[out]`. */
export type Nested = number | Nested[];

/** Predictions, error and loss of a run that diverged are NaN; JSON has `null` for those. */
export interface ReproducedRun {
  seed: number;
  /** Epochs reached: those of the experiment, or fewer when it was interrupted. */
  epochs: number;
  /** Predictions for the first ten test rows. */
  predicted: number[];
  /** Largest |predicted − actual| / |actual| over all 125 test rows. */
  maxRelativeError: number;
  /** Loss in the last epoch, before that epoch's update. */
  finalLoss: number;
  weights: {
    /** Effective weights by name, `[in][out]`: W = tanh(Ŵ) ⊙ σ(M̂), and G for units with a gate. */
    effective: Record<string, number[][]>;
    /** Raw parameters by name. */
    parameters: Record<string, Nested>;
  };
  /** Epoch (from 1) and loss, to six digits, at no more than 200 epochs that are evenly spaced on a log scale. */
  losses: [epoch: number, loss: number][];
}

export interface ReproducedExperiment {
  name: ExperimentName;
  unit: string;
  loss: string;
  recipe: RecipeName;
  learningRate: number;
  /** Of Adam. */
  beta2: number;
  epochs: number;
  /** Inputs of the first ten test rows. */
  inputs: [number, number][];
  /** Targets of the first ten test rows. */
  actual: number[];
  /** Predictions the article prints for those rows. */
  article: number[];
  /** Largest relative error of those ten. */
  articleMaxRelativeError: number;
  /** One for each seed, in the order of the seeds; seeds that were not begun when it was interrupted are missing. */
  runs: ReproducedRun[];
  wallSeconds: number;
}

export interface ReproduceResult {
  /** Who did the work; `software` is true when it was a CPU. */
  adapter: Pick<AdapterFacts, 'vendor' | 'architecture' | 'device' | 'description' | 'software'>;
  /** False when it was interrupted: runs may have fewer epochs, and experiments that were not begun are missing. */
  complete: boolean;
  experiments: ReproducedExperiment[];
}

/** Whether each of so many seeds was trained to the end. */
export function isComplete({ runs, epochs }: ReproducedExperiment, seeds: number): boolean {
  return runs.length === seeds && runs.every((run) => run.epochs === epochs);
}

/** Best first; runs that diverged last. */
export function byError(runs: readonly ReproducedRun[]): ReproducedRun[] {
  const rank = ({ maxRelativeError }: ReproducedRun) =>
    Number.isFinite(maxRelativeError) ? maxRelativeError : Number.MAX_VALUE;
  return [...runs].sort((a, b) => rank(a) - rank(b));
}
