/** What the page and its worker say to each other. */

import type { Measured } from '../../../bench/measure.ts';

export interface RunRequest {
  /** Names of workloads and of contenders. */
  readonly workloads: readonly string[];
  readonly contenders: readonly string[];
}

export type BenchReply =
  | { readonly type: 'adapter'; readonly name: string; readonly software: boolean }
  /** There is no WebGPU to measure on. */
  | { readonly type: 'unavailable'; readonly message: string }
  | { readonly type: 'progress'; readonly text: string }
  | {
      readonly type: 'results';
      readonly workload: string;
      readonly models: number;
      readonly results: readonly Measured[];
    }
  | { readonly type: 'finished' }
  | { readonly type: 'failed'; readonly message: string };
