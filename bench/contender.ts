/** What a contender offers: a workload made ready, and run for as many steps as it is asked to. */

import type { Problem } from './problem.ts';

export interface Session {
  /**
   * Runs `steps` more steps. Of training: resolves with the mean loss over the models in the last of them, once it is
   * here. Of prediction, each from rows in memory to results in memory: with the mean squared error of a sample.
   */
  run(steps: number): Promise<number>;
  /** Bytes that the library says it holds, if it says. */
  bytes?(): number;
  dispose(): void;
}

export interface Contender {
  readonly name: string;
  /** Draws rows of its own: its losses are not held against the others'. */
  readonly ownRows?: boolean;
  /** Is handed its start parameters, where ours draws them from the seeds. */
  readonly foreign?: boolean;
  /** Starts what it needs once, before the first workload. Rejects where it cannot run. */
  start?(): Promise<void>;
  prepare(problem: Problem): Promise<Session>;
}
