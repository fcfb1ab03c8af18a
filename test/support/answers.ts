/** Tables of three kinds, and the formula that `fit` prints for each, whatever runs it. */

import { type Table, tableOf } from '../../src/io/table.ts';
import { createRandom } from '../../src/random.ts';

export interface Answer {
  readonly name: string;
  readonly table: Table;
  readonly formula: string;
}

type Law = (a: number, b: number) => number;

function drawn(rows: number, law: Law, noise: number): Table {
  const random = createRandom(23, 4);
  const columns: Record<'a' | 'b' | 'y', number[]> = { a: [], b: [], y: [] };
  for (let row = 0; row < rows; row++) {
    const [a, b] = [random.uniform(1, 6), random.uniform(0.5, 3)];
    columns.a.push(a);
    columns.b.push(b);
    columns.y.push(law(a, b) * (1 + noise * random.normal()));
  }
  return tableOf(columns);
}

export const answers: readonly Answer[] = [
  { name: 'an exact law', table: drawn(60, (a, b) => (2.5 * a) / (a + b), 0), formula: '2.5 * a / (a + b)' },
  {
    name: 'a law with noise',
    table: drawn(120, (a, b) => 3 * b * Math.exp(-a / 4), 0.02),
    formula: '3 * exp(-0.25 * a) * b',
  },
  {
    name: 'a table of a few rows',
    table: drawn(14, (a, b) => 0.4 * a ** 2 * b, 0),
    formula: '0.4 * a ^ 2 * b',
  },
];
