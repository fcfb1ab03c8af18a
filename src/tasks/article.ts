/**
 * The two experiments of the article "Understanding Neural Arithmetic Logic Units", after the notebooks it is built on
 * (simpleNALU-tf, examples/NAC/NAC_add.ipynb and examples/NALU/NALU_mul.ipynb): a NAC learns to add, a NALU to multiply.
 */

import type { ModelDescription } from '../model/description.ts';
import type { LossName } from '../model/losses.ts';
import { checkArguments } from '../options/check.ts';
import { isNumbers, numbers, such } from '../options/kinds.ts';
import type { UnitName } from '../units/descriptions.ts';

/** The article's experiments. */
export type ExperimentName = 'addition' | 'multiplication';

/**
 * How an experiment can be trained. `'article'`: as the article does, with Adam's usual β₂ of 0.999, for the epochs that its
 * printed figures need. `'short'`: Adam with β₂ = 0.9, for 1 000 epochs. The targets reach 10⁸, so the first gradients are
 * huge. Adam divides by the root of a mean of squared gradients; with β₂ = 0.999 that mean remembers them for thousands of
 * steps and makes later steps tiny, with β₂ = 0.9 it forgets them within tens of steps.
 */
export type RecipeName = 'short' | 'article';

/** Full-batch training with Adam. */
export interface Recipe {
  readonly epochs: number;
  readonly learningRate: number;
  /** Decay of Adam's mean of squared gradients. */
  readonly beta2: number;
}

/** One of the article's two experiments: its model, its data and how it is trained. */
export interface Experiment {
  readonly name: ExperimentName;
  /** Name of the unit: one layer, two inputs, one output. */
  readonly unit: UnitName;
  readonly model: Omit<ModelDescription, 'seed'>;
  readonly loss: LossName;
  readonly recipes: Readonly<Record<RecipeName, Recipe>>;
  /** 2 000 training rows. */
  readonly train: ExperimentData;
  /** 125 test rows; the article prints the first ten. */
  readonly test: ExperimentData;
  /** The ten predictions the article prints, as it prints them. */
  readonly article: readonly number[];
  /** Largest relative error of those ten. */
  readonly articleError: number;
}

/** Rows of an experiment: two inputs each, one target. */
export interface ExperimentData {
  readonly x: readonly (readonly [number, number])[];
  readonly y: readonly (readonly [number])[];
}

type Operation = (a: number, b: number) => number;

/** x1 = 0, 5, …, 9995 and x2 = 5, 10, …, 10000. */
const trainingInputs = Array.from({ length: 2000 }, (_, i) => [5 * i, 5 * i + 5] as const);
/** x1 = 1000, 1008, …, 1992 and x2 = 1000, 1004, …, 1496. */
const testInputs = Array.from({ length: 125 }, (_, i) => [1000 + 8 * i, 1000 + 4 * i] as const);

const data = (x: readonly (readonly [number, number])[], operation: Operation): ExperimentData => ({
  x,
  y: x.map(([a, b]) => [operation(a, b)]),
});

const layer = (unit: UnitName) => ({ inputs: 2, layers: [{ unit, outputs: 1, initialization: 'article' }] });

const sum: Operation = (a, b) => a + b;
const product: Operation = (a, b) => a * b;

const SHORT: Recipe = { epochs: 1000, learningRate: 0.02, beta2: 0.9 };
/** The notebook of the product stops after 2 000 epochs, where the product is not yet as exact as the printed one. */
const ARTICLE: Recipe = { epochs: 22000, learningRate: 0.05, beta2: 0.999 };

/** The article's two experiments: a NAC that adds, a NALU that multiplies. */
export const experiments: Readonly<Record<ExperimentName, Experiment>> = {
  addition: {
    name: 'addition',
    unit: 'NAC',
    model: layer('NAC'),
    loss: 'sumSquared',
    recipes: { short: SHORT, article: ARTICLE },
    train: data(trainingInputs, sum),
    test: data(testInputs, sum),
    article: [
      1999.9021, 2011.9015, 2023.9009, 2035.9004, 2047.8997, 2059.8992, 2071.8984, 2083.898, 2095.8975,
      2107.8967,
    ],
    articleError: 4.9e-5,
  },
  multiplication: {
    name: 'multiplication',
    unit: 'NALU',
    model: layer('NALU'),
    loss: 'meanSquared',
    recipes: { short: SHORT, article: ARTICLE },
    train: data(trainingInputs, product),
    test: data(testInputs, product),
    article: [
      1000000.2, 1012032, 1024127.56, 1036288.6, 1048512.06, 1060800.8, 1073151.6, 1085567.6, 1098047.6,
      1110592.8,
    ],
    articleError: 7.5e-7,
  },
};

const columnKind = such<readonly (readonly [number])[]>(
  'a list of rows of one number',
  (value) => Array.isArray(value) && value.every((row) => isNumbers(row) && row.length === 1),
);

/** Largest |predicted − actual| / |actual| over the rows. */
export function maxRelativeError(
  predicted: ArrayLike<number>,
  actual: readonly (readonly [number])[],
): number {
  checkArguments('maxRelativeError()', { predicted, actual }, { predicted: numbers, actual: columnKind });
  return actual.reduce(
    (largest, [y], row) => Math.max(largest, Math.abs((predicted[row] as number) - y) / Math.abs(y)),
    0,
  );
}
