/** Laws in lists: name, formula, and the ranges their columns are drawn from, uniformly. */

import { readFileSync } from 'node:fs';
import { type Expression, evaluate, parseExpression } from '../../src/formula/index.ts';
import { createRandom } from '../../src/random.ts';

/**
 * - `feynman`: the Feynman Symbolic Regression Database (Udrescu and Tegmark, Science Advances 2020, arXiv:1905.11481), 100 equations
 *   with its ranges.
 * - `fields`: forty laws of chemistry, biology, engineering and economics, with constants of nature as numbers.
 * - `empirical`: the nine laws of EmpiricalBench (Cranmer, arXiv:2305.01582), made from its description: our ranges, without its noise.
 * - `tables`: tables as people have them.
 * - `none`: tables without a law: noise, shuffled targets, steps, and smooth random networks.
 */
export const setNames = ['feynman', 'fields', 'empirical', 'tables', 'none'] as const;
export type SetName = (typeof setNames)[number];

export interface Law {
  readonly name: string;
  readonly formula: string;
  readonly columns: readonly { readonly name: string; readonly low: number; readonly high: number }[];
  /** Values for rows [rows, columns]; undefined where there is no law. */
  readonly values: ((x: Float64Array) => Float64Array) | undefined;
}

const NONE = 30;

export function lawsOf(set: SetName): Law[] {
  if (set === 'none') return Array.from({ length: NONE }, (_, k) => noLaw(k));
  const text = readFileSync(`${import.meta.dirname}/${set}.csv`, 'utf8').trim();
  return text
    .split('\n')
    .slice(1)
    .map((line) => {
      const [name, ranges] = [line.slice(0, line.indexOf(',')), line.slice(line.lastIndexOf(',') + 1)];
      const formula = line.slice(name.length + 1, line.length - ranges.length - 1).replaceAll('**', '^');
      const columns = ranges.split(' ').map((range) => {
        const [column = '', low, high] = range.split(':');
        return { name: column, low: Number(low), high: Number(high) };
      });
      const variables = columns.map((column) => column.name);
      const expression: Expression = parseExpression(formula, variables);
      return {
        ...{ name, formula, columns },
        values: (x) => evaluate({ variables, targets: ['y'], expressions: [expression] }, x),
      };
    });
}

/** The `k`-th table without a law, of two to five columns. */
function noLaw(k: number): Law {
  const random = createRandom(k, 0xa0);
  const width = 2 + (k % 4);
  const kinds = ['noise', 'steps', 'a smooth network', 'shuffled'] as const;
  const kind = kinds[k % kinds.length] as (typeof kinds)[number];
  const columns = Array.from({ length: width }, (_, c) => ({ name: `x${c}`, low: k % 2 ? 1 : -2, high: 4 }));
  const weights = Array.from({ length: 12 }, () => Array.from({ length: width + 2 }, () => random.normal()));
  const f = (row: Float64Array): number => {
    if (kind === 'noise') return random.normal();
    if (kind === 'steps')
      return row.reduce((sum, value, c) => sum + (c + 1) * Math.floor(value * (1 + (c % 2))), 0);
    if (kind === 'shuffled')
      return columns.reduce((product, { low, high }) => product * random.uniform(low, high), 1);
    return weights.reduce((sum, own) => {
      const inner = row.reduce((total, value, c) => total + (own[c] as number) * value, own[width] as number);
      return sum + (own[width + 1] as number) * Math.tanh(inner);
    }, 0);
  };
  const values = (x: Float64Array) =>
    Float64Array.from({ length: x.length / width }, (_, row) =>
      f(x.subarray(row * width, (row + 1) * width)),
    );
  return { name: `${kind} ${k}`, formula: '', columns, values };
}

/** Rows of a law in its ranges, or in ranges `reach` times as wide; rows where it has no value are drawn again. */
export function drawRows({ columns, values }: Law, rows: number, seed: number, reach = 1) {
  const random = createRandom(seed, 0xf0);
  const x: number[] = [];
  const y: number[] = [];
  for (let tries = 0; y.length < rows && tries < 50 * rows; tries++) {
    const row = Float64Array.from(columns, ({ low, high }) => {
      const [middle, half] = [(low + high) / 2, (high - low) / 2];
      return random.uniform(middle - reach * half, middle + reach * half);
    });
    const value = (values as NonNullable<Law['values']>)(row)[0] as number;
    if (!Number.isFinite(value)) continue;
    x.push(...row);
    y.push(value);
  }
  return { x: Float64Array.from(x), y: Float64Array.from(y) };
}
