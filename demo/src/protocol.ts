/**
 * What the page and its worker say to each other. GPU objects cannot leave the worker, so that only numbers travel.
 * `run` counts the runs of one experiment: replies that belong to an earlier run are out of date and ignored.
 */

import type { ExperimentName } from '../../src/index.ts';

export type Request =
  /** Begin a fresh run: initial weights of `seed`, a fresh optimiser, epoch 0. */
  | (Address & { readonly type: 'open'; readonly seed: number; readonly learningRate: number })
  /** Train up to epoch `until`, with a report about every `interval` ms. */
  | (Address & { readonly type: 'train'; readonly until: number; readonly interval: number })
  | (Address & { readonly type: 'pause' });

export type Reply =
  | { readonly type: 'ready'; readonly adapter: AdapterNotice }
  /** There is nothing to train on. `code` is that of the library's error, here and below. */
  | { readonly type: 'unavailable'; readonly code: string; readonly message: string }
  /** The device is gone, and every run with it. */
  | { readonly type: 'lost'; readonly message: string }
  | (Address & { readonly type: 'progress'; readonly progress: Progress })
  | (Address & { readonly type: 'stopped'; readonly reason: StopReason })
  | (Address & { readonly type: 'failed'; readonly code: string; readonly message: string });

interface Address {
  readonly experiment: ExperimentName;
  readonly run: number;
}

export interface AdapterNotice {
  readonly name: string;
  readonly software: boolean;
}

export type StopReason = 'opened' | 'done' | 'diverged';

/** Effective weights by name, `[in][out]`. */
export type Weights = Readonly<Record<string, readonly (readonly number[])[]>>;

export interface WeightSample {
  readonly epoch: number;
  readonly weights: Weights;
}

export interface Progress {
  readonly epoch: number;
  /** Seconds spent training so far, in this run. */
  readonly seconds: number;
  /** Costs of the epochs since the last report. */
  readonly costs: Float32Array<ArrayBuffer>;
  /** Weights since the last report, the latest last; they belong to `epoch`. */
  readonly samples: readonly WeightSample[];
  /** Predictions for the test rows and for the far rows. */
  readonly test: Float32Array<ArrayBuffer>;
  readonly far: Float32Array<ArrayBuffer>;
}
