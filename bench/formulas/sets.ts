/** Laws in lists: name, formula, and the ranges their columns are drawn from, uniformly. */

import { readFileSync } from 'node:fs';
import { type Expression, evaluate, parseExpression } from '../../src/formula/index.ts';
import { createRandom } from '../../src/random.ts';
import { type Rows, tablesWithoutLaw } from './no-law.ts';

/**
 * - `feynman`: the Feynman Symbolic Regression Database (Udrescu and Tegmark, Science Advances 2020, arXiv:1905.11481), 100 equations
 *   with its ranges.
 * - `fields`: forty laws of chemistry, biology, engineering and economics, with constants of nature as numbers.
 * - `empirical`: the nine laws of EmpiricalBench (Cranmer, arXiv:2305.01582), made from its description: our ranges, without its noise.
 * - `lab`: forty curves as they are measured in class rooms and laboratories, most of one column, for noise and few rows.
 * - `tables`: tables as people have them.
 * - `none`: tables without a law: noise, shuffled targets, steps, random networks and walks, some of few rows.
 */
export const setNames = ['feynman', 'fields', 'empirical', 'lab', 'tables', 'none'] as const;
export type SetName = (typeof setNames)[number];

export interface Law {
  readonly name: string;
  /** Names of the columns. */
  readonly columns: readonly string[];
  /** Rows in the law's ranges, or in ranges `reach` times as wide; rows where it has no value are drawn again. */
  readonly draw: (rows: number, seed: number, reach?: number) => Rows;
}

export function lawsOf(set: SetName): Law[] {
  if (set === 'none') {
    return tablesWithoutLaw().map(({ name, width, draw }) => ({
      name,
      columns: Array.from({ length: width }, (_, k) => `x${k}`),
      draw,
    }));
  }
  const text = readFileSync(`${import.meta.dirname}/${set}.csv`, 'utf8').trim();
  return text
    .split('\n')
    .slice(1)
    .map((line) => {
      const [name, written] = [line.slice(0, line.indexOf(',')), line.slice(line.lastIndexOf(',') + 1)];
      const formula = line.slice(name.length + 1, line.length - written.length - 1).replaceAll('**', '^');
      const ranges = written.split(' ').map((range) => {
        const [column = '', low, high] = range.split(':');
        return { column, low: Number(low), high: Number(high) };
      });
      const columns = ranges.map(({ column }) => column);
      const expression: Expression = parseExpression(formula, columns);
      return {
        ...{ name, columns },
        draw: (rows, seed, reach) => drawRows(expression, ranges, rows, seed, reach),
      };
    });
}

function drawRows(
  expression: Expression,
  ranges: readonly { readonly column: string; readonly low: number; readonly high: number }[],
  rows: number,
  seed: number,
  reach = 1,
): Rows {
  const random = createRandom(seed, 0xf0);
  const formula = {
    variables: ranges.map(({ column }) => column),
    targets: ['y'],
    expressions: [expression],
  };
  const x: number[] = [];
  const y: number[] = [];
  for (let tries = 0; y.length < rows && tries < 50 * rows; tries++) {
    const row = Float64Array.from(ranges, ({ low, high }) => {
      const [middle, half] = [(low + high) / 2, (high - low) / 2];
      return random.uniform(middle - reach * half, middle + reach * half);
    });
    const [value] = evaluate(formula, row) as unknown as [number];
    if (!Number.isFinite(value)) continue;
    x.push(...row);
    y.push(value);
  }
  return { x: Float64Array.from(x), y: Float64Array.from(y) };
}
