/** What a benchmark writes of each run: one line of JSON. */

import type { Settings } from '../tasks/benchmark.ts';

/** Version of the lines; a reader takes no other. */
export const RECORD_FORMAT = 'nalu-benchmark/1';

/** One trained model. Numbers that were not finite, or that there are none of, are null. */
export interface RunRecord {
  readonly format: typeof RECORD_FORMAT;
  /** `single-module`, `arithmetic`, `arithmetic-simple`, `identity`, `static-function`, or `expression`. */
  readonly task: string;
  /** What the task was set to beyond operation and range, `{ inputs: 100, subset: 0.25 }`; equal tasks have equal settings. */
  readonly settings: Settings;
  /**
   * How it was trained: steps, by how much published schedules were stretched for them, batch, log points, learning rate,
   * penalty and so on. Records of before it was kept have none.
   */
  readonly training?: Readonly<Record<string, number | string>>;
  /** The unit's name; for a stack, the network's name in the literature. */
  readonly unit: string;
  readonly op: string;
  /** Training range as the literature writes it: `U[-2,-1)`. */
  readonly range: string;
  readonly extrapolationRange: string;
  readonly seed: number;
  /** Steps trained, or until it diverged. */
  readonly steps: number;
  readonly diverged: boolean;
  /** Step of the log point with the smallest validation error. */
  readonly selectedStep: number;
  /** Mean squared errors at the selected point, in float64. */
  readonly validationError: number | null;
  readonly extrapolationError: number | null;
  /** Success threshold of the extrapolation error; null where the task has none. */
  readonly threshold: number | null;
  readonly success: boolean;
  /** Step of the first log point below the threshold, of a success. */
  readonly solvedAt: number | null;
  /** At the selected point. */
  readonly sparsityError: number | null;
  /** Further figures of the task by name, such as the identity task's mean absolute errors. */
  readonly figures?: Readonly<Record<string, number | null>>;
  /** `[step, validation error, extrapolation error]` at each log point, if asked for. */
  readonly curve?: readonly (readonly [number, number | null, number | null])[];
  /** The adapter's name, as `nalu info` prints it. */
  readonly adapter: string;
  /** Of this package. */
  readonly version: string;
  /** Day the run ended, `2026-11-24`. */
  readonly date: string;
  /** Wall time of the ensemble it trained in, divided by the ensemble's models. */
  readonly seconds: number;
}
