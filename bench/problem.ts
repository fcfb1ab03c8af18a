/** A workload with its data: the same numbers for every contender. */

import type { Table } from './tables.ts';
import type { Workload } from './workloads.ts';

/** Parameters of one layer of all models, `[models, inputs, outputs]` row-major; a NAC has no G. */
export interface LayerParameters {
  readonly W_hat: Float32Array<ArrayBuffer>;
  readonly M_hat: Float32Array<ArrayBuffer>;
  readonly G?: Float32Array<ArrayBuffer>;
}

export interface Problem {
  readonly workload: Workload;
  readonly table: Table;
  /** Of every layer, seeds 0, 1, 2, … of the library; asked for by those that do not draw them themselves. */
  parameters(): Promise<readonly LayerParameters[]>;
}

/** ε of log(|x| + ε), and of Adam, which adds it to √v̂. */
export const LOG_EPSILON = 1e-7;
export const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

/** Number of values at each end of every layer: inputs, hidden ones, outputs. */
export const widthsOf = ({ inputs, hidden = [], outputs }: Workload): number[] => [
  inputs,
  ...hidden,
  outputs,
];

/** Most predictions that `sampleLoss` looks at. */
const SAMPLE = 1000;

/** Mean squared error of up to a thousand of the predictions, evenly spread: says whether they are right, at no cost. */
export function sampleLoss(predictions: ArrayLike<number>, targets: ArrayLike<number>): number {
  const stride = Math.ceil(targets.length / SAMPLE);
  let sum = 0;
  let count = 0;
  for (let at = 0; at < targets.length; at += stride, count++) {
    sum += ((predictions[at] as number) - (targets[at] as number)) ** 2;
  }
  return sum / count;
}
