/** Twelve tables as people have them: laws of two to six columns, one with noise, one with columns that do not matter, one without a law. */

import { type Table, tableOf } from '../../src/io/table.ts';
import { createRandom } from '../../src/random.ts';

export interface Law {
  readonly name: string;
  /** Columns in order, each uniform in its range; those the law does not use are irrelevant. */
  readonly columns: Readonly<Record<string, readonly [low: number, high: number]>>;
  readonly target: string;
  /** What the table says, as a person would write it; undefined where there is no law. */
  readonly formula: string | undefined;
  /** Of the columns in order; without a law the target is drawn from [10, 90). */
  readonly f: ((...columns: number[]) => number) | undefined;
  /** Standard deviation of the noise, relative to the value. */
  readonly noise?: number;
}

export const laws: readonly Law[] = [
  {
    name: 'product',
    columns: { width: [0.5, 12], height: [2, 40] },
    target: 'area',
    formula: 'width * height',
    f: (width, height) => width * height,
  },
  {
    name: 'ratio',
    columns: { distance: [5, 400], time: [0.5, 9] },
    target: 'speed',
    formula: 'distance / time',
    f: (distance, time) => distance / time,
  },
  {
    name: 'squares',
    columns: { a: [0.5, 6], b: [0.5, 6] },
    target: 'c2',
    formula: 'a ^ 2 + b ^ 2',
    f: (a, b) => a ** 2 + b ** 2,
  },
  {
    name: 'inverse square',
    columns: { power: [20, 300], r: [0.5, 5] },
    target: 'intensity',
    formula: 'power / (4 π r ^ 2)',
    f: (power, r) => power / (4 * Math.PI * r ** 2),
  },
  {
    name: 'sum of two products',
    columns: { a: [-3, 3], b: [-3, 3], c: [-3, 3], d: [-3, 3] },
    target: 'dot',
    formula: 'a * b + c * d',
    f: (a, b, c, d) => a * b + c * d,
  },
  {
    name: 'difference',
    columns: { income: [800, 4200], rent: [300, 1500], food: [150, 700] },
    target: 'left',
    formula: 'income - rent - food',
    f: (income, rent, food) => income - rent - food,
  },
  {
    name: 'kinetic energy',
    columns: { mass: [0.2, 90], velocity: [0.5, 30] },
    target: 'energy',
    formula: '0.5 * mass * velocity ^ 2',
    f: (mass, velocity) => 0.5 * mass * velocity ** 2,
  },
  {
    name: 'gravitation',
    columns: { m1: [1e3, 9e4], m2: [1e3, 9e4], r: [2, 50] },
    target: 'force',
    formula: '6.6743e-11 * m1 * m2 / r ^ 2',
    f: (m1, m2, r) => (6.6743e-11 * m1 * m2) / r ** 2,
  },
  {
    name: 'ideal gas',
    columns: { moles: [0.1, 8], temperature: [210, 480], volume: [0.002, 0.09] },
    target: 'pressure',
    formula: '8.314 * moles * temperature / volume',
    f: (moles, temperature, volume) => (8.314 * moles * temperature) / volume,
  },
  {
    name: 'noisy',
    columns: { mass: [0.5, 20], height: [0.2, 15] },
    target: 'energy',
    formula: '9.8 * mass * height',
    f: (mass, height) => 9.8 * mass * height,
    noise: 0.01,
  },
  {
    name: 'irrelevant columns',
    columns: {
      voltage: [1, 24],
      humidity: [20, 90],
      resistance: [10, 470],
      day: [1, 31],
      operator: [1, 9],
    },
    target: 'current',
    formula: 'voltage / resistance',
    f: (voltage, _humidity, resistance) => voltage / resistance,
  },
  {
    name: 'no formula',
    columns: { a: [1, 9], b: [1, 9], c: [1, 9] },
    target: 'y',
    formula: undefined,
    f: undefined,
  },
];

export const lawNamed = (name: string): Law => {
  const found = laws.find((law) => law.name === name);
  if (!found) throw new Error(`there is no table '${name}'`);
  return found;
};

/** `rows` rows of `law`, its columns and then its target; `reach` times as far out as its ranges go. */
export function tableOfLaw(law: Law, { rows = 200, seed = 1, reach = 1 } = {}): Table {
  const random = createRandom(seed, laws.indexOf(law) + 1);
  const names = Object.keys(law.columns);
  const columns: Record<string, number[]> = Object.fromEntries(
    [...names, law.target].map((name) => [name, []]),
  );
  for (let row = 0; row < rows; row++) {
    const values = names.map((name) => {
      const [low, high] = law.columns[name] as readonly [number, number];
      return reach === 1 ? random.uniform(low, high) : random.uniform(high, reach * high);
    });
    const exact = law.f ? law.f(...values) : random.uniform(10, 90);
    const noise = reach === 1 ? (law.noise ?? 0) : 0;
    for (const [k, name] of names.entries()) columns[name]?.push(values[k] as number);
    columns[law.target]?.push(exact * (1 + noise * random.normal()));
  }
  return tableOf(columns);
}
