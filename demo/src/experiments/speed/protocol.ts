/** What a page and the worker of comparisons say to each other. */

import type { Measured } from '../../../../bench/measure.ts';
import type { Lane } from './race.ts';

export interface CompareRequest {
  readonly type: 'compare';
  /** Names of workloads and of contenders. */
  readonly workloads: readonly string[];
  readonly contenders: readonly string[];
}

export interface RaceRequest {
  readonly type: 'race';
  readonly workload: string;
  /** In the order of their turns. */
  readonly contenders: readonly string[];
  /** Of each turn. */
  readonly seconds: number;
  /** Least milliseconds between two looks at a lane under way. */
  readonly interval: number;
}

export type BenchRequest = CompareRequest | RaceRequest;

export type BenchReply =
  | ({ readonly type: 'adapter' } & Adapter)
  | { readonly type: 'progress'; readonly text: string }
  | {
      readonly type: 'results';
      readonly workload: string;
      readonly models: number;
      readonly results: readonly Measured[];
    }
  | { readonly type: 'lane'; readonly lane: Lane }
  | { readonly type: 'end'; readonly outcome: Outcome };

/** Of one workload: what each library came to. */
export interface Comparison {
  readonly workload: string;
  readonly models: number;
  readonly results: readonly Measured[];
}

export interface Adapter {
  readonly name: string;
  readonly software: boolean;
}

export type Outcome =
  | { readonly kind: 'finished' | 'stopped' }
  /** `unavailable`: there is no WebGPU to measure on. */
  | { readonly kind: 'unavailable' | 'failed'; readonly message: string };
