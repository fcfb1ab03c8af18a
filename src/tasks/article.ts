/**
 * The two experiments of the article "Understanding Neural Arithmetic Logic Units", after the notebooks it is built on
 * (simpleNALU-tf, examples/NAC/NAC_add.ipynb and examples/NALU/NALU_mul.ipynb): a NAC learns to add, a NALU to multiply.
 */

import type { ModelDescription } from '../model/description.ts';
import type { LossName } from '../model/losses.ts';
import type { UnitName } from '../units/descriptions.ts';

/** The article's experiments. */
export type ExperimentName = 'addition' | 'multiplication';

/** One of the article's two experiments: its model, its data and how it is trained. */
export interface Experiment {
  readonly name: ExperimentName;
  /** Name of the unit: one layer, two inputs, one output. */
  readonly unit: UnitName;
  readonly model: Omit<ModelDescription, 'seed'>;
  readonly loss: LossName;
  readonly learningRate: number;
  /** Full-batch epochs for the printed precision. */
  readonly epochs: number;
  /** Epochs in the notebook. */
  readonly notebookEpochs: number;
  /** 2 000 training rows. */
  readonly train: ExperimentData;
  /** 125 test rows; the article prints the first ten. */
  readonly test: ExperimentData;
  /** The ten predictions the article prints, as it prints them. */
  readonly article: readonly number[];
  /** Largest relative error of those ten. */
  readonly articleError: number;
}

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

/** The article's two experiments: a NAC that adds, a NALU that multiplies. */
export const experiments: Readonly<Record<ExperimentName, Experiment>> = {
  addition: {
    name: 'addition',
    unit: 'NAC',
    model: layer('NAC'),
    loss: 'sumSquared',
    learningRate: 0.05,
    epochs: 22000,
    notebookEpochs: 22000,
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
    learningRate: 0.05,
    epochs: 22000,
    notebookEpochs: 2000,
    train: data(trainingInputs, product),
    test: data(testInputs, product),
    article: [
      1000000.2, 1012032, 1024127.56, 1036288.6, 1048512.06, 1060800.8, 1073151.6, 1085567.6, 1098047.6,
      1110592.8,
    ],
    articleError: 7.5e-7,
  },
};

/** Largest |predicted − actual| / |actual| over the rows. */
export function maxRelativeError(
  predicted: ArrayLike<number>,
  actual: readonly (readonly [number])[],
): number {
  return actual.reduce(
    (largest, [y], row) => Math.max(largest, Math.abs((predicted[row] as number) - y) / Math.abs(y)),
    0,
  );
}
