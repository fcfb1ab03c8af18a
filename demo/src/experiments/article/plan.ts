/** What the article's experiments are asked beyond its own rows, and the ordinary network that learns beside a unit. */

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

/** Rectified linear units of its one hidden layer. */
export const HIDDEN = 16;
/**
 * How it is trained. It takes one step for every epoch of the unit, up to `steps`: the unit is what people came for, and ten
 * times as many leave the network's root mean squared error on the far rows at 0.97 of what it was for products and at 0.90
 * for sums (medians of seeds 1 to 40).
 */
export const NETWORK = { batch: 64, learningRate: 0.03, beta2: 0.99, steps: 300 };

/** A start of the NALU whose gate is open for all large numbers, so that it has to flip before the unit multiplies. */
export const FLIPPING_SEED = 4;

export const adam = (beta2: number) => ({ name: 'adam' as const, beta2 });
