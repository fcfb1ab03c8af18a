/** Rows up to ten times beyond the training data, off the line it lies on: where memorising does not help. */

import type { Experiment, ExperimentName } from '../../../../src/index.ts';

export interface FarRows {
  readonly x: readonly (readonly [number, number])[];
  /** In ascending order. */
  readonly y: readonly (readonly [number])[];
  /** Largest answer among the training rows. */
  readonly trainedTo: number;
}

const COUNT = 48;
/** Training inputs end at 10 000. */
const LARGEST = 100_000;
const SMALLEST = 10;
/** x2 / x1, in turn; the training rows all have x2 = x1 + 5. */
const ratios = [0.95, 0.3, 0.7, 0.5];

const operations = {
  addition: (a: number, b: number) => a + b,
  multiplication: (a: number, b: number) => a * b,
};

/** Sums are spread evenly, products evenly in magnitude. */
const magnitudes = {
  addition: (part: number) => LARGEST * part,
  multiplication: (part: number) => SMALLEST * (LARGEST / SMALLEST) ** part,
};

export function farRows(experiment: Experiment): FarRows {
  const name: ExperimentName = experiment.name;
  const rows = Array.from({ length: COUNT }, (_, index) => {
    const a = Math.round(magnitudes[name]((index + 1) / COUNT));
    const b = Math.round(a * (ratios[index % ratios.length] as number));
    return { x: [a, b] as const, y: [operations[name](a, b)] as const };
  }).sort((one, other) => one.y[0] - other.y[0]);
  return {
    x: rows.map((row) => row.x),
    y: rows.map((row) => row.y),
    trainedTo: Math.max(...experiment.train.y.map(([y]) => y)),
  };
}
