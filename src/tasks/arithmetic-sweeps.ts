/**
 * The published studies of the arithmetic dataset: one parameter is changed at a time. Each point is what to add to a
 * request: `arithmetic.cell({ operation, unit, seeds, ...point })`. Madsen and Johansen, 2020, arXiv:2001.05016, with the
 * values of the authors' scripts.
 */

import type { ArithmeticOperation } from '../metrics/thresholds.ts';
import type { SeedRange } from '../model/seeds.ts';
import type { CellRequest, RangePair } from './benchmark.ts';
import { gateStudyNetworks } from './networks.ts';

/** Networks compared on the arithmetic data set while one of its settings varies: a figure of the paper. */
export interface Sweep {
  readonly name: string;
  readonly operations: readonly ArithmeticOperation[];
  /** Networks compared. */
  readonly units: readonly string[];
  /** Seeds 0, 1, … below this. */
  readonly seeds: SeedRange;
  readonly points: readonly Omit<CellRequest, 'operation' | 'unit' | 'seeds'>[];
}

const multiplying = ['NAC•', 'NAC•,σ', 'NAC•,NMU', 'NALU', 'NMU'];

const setting = (name: string, values: readonly number[]): Sweep['points'] =>
  values.map((value) => ({ settings: { [name]: value } }));

const ranges: readonly RangePair[] = [
  { range: [-2, -1], extrapolationRange: [-6, -2] },
  {
    range: [-2, 2],
    extrapolationRange: [
      [-6, -2],
      [2, 6],
    ],
  },
  { range: [0, 1], extrapolationRange: [1, 5] },
  { range: [0.1, 0.2], extrapolationRange: [0.2, 2] },
  { range: [1, 2], extrapolationRange: [2, 6] },
  { range: [1.1, 1.2], extrapolationRange: [1.2, 6] },
  { range: [10, 20], extrapolationRange: [20, 40] },
];

const strengths = [0, 0.01, 0.1, 1, 10, 100].map((strength) => ({ strength }));

const ofProducts = (name: string, points: Sweep['points']): Sweep => ({
  name,
  operations: ['mul'],
  units: multiplying,
  seeds: { count: 50 },
  points,
});

/** The sweeps of the paper on the arithmetic data set, one figure each. */
export const arithmeticSweeps: readonly Sweep[] = [
  ofProducts('hidden size', setting('hidden', [2, 3, 4, 5, 6, 7, 8, 9, 10])),
  ofProducts(
    'input size',
    setting('inputs', [4, 10, 25, 50, 75, 100, 125, 150, 175, 200, 225, 250, 275, 300]),
  ),
  ofProducts('subset ratio', setting('subset', [0.05, 0.1, 0.25, 0.5])),
  ofProducts('overlap ratio', setting('overlap', [0, 0.1, 0.25, 0.5, 0.75, 1])),
  ofProducts('range', [{ ranges }]),
  { name: 'strength', operations: ['add', 'sub'], units: ['NAU'], seeds: { count: 100 }, points: strengths },
  { name: 'strength', operations: ['mul'], units: ['NMU'], seeds: { count: 100 }, points: strengths },
  {
    name: 'learning rate',
    operations: ['mul'],
    units: multiplying,
    seeds: { count: 25 },
    points: [1e-5, 1e-4, 1e-3, 1e-2, 1e-1].flatMap((learningRate) => [
      { learningRate },
      { learningRate, optimizer: 'sgd' as const },
      // Its plots call this Nesterov; the code passes plain momentum.
      { learningRate, optimizer: { name: 'sgd' as const, momentum: 0.9 } },
    ]),
  },
  {
    name: 'gates',
    operations: ['add', 'mul'],
    units: gateStudyNetworks,
    seeds: { count: 100 },
    points: [{}],
  },
];
