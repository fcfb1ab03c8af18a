import { describe, expect, it } from 'vitest';
import { parseExpression } from '../../src/expression/parse.ts';
import { printExpression } from '../../src/expression/print.ts';
import { withShortConstants } from '../../src/fit/short-constants.ts';
import { columnsFrom } from '../../src/fit/structured/columns.ts';
import { createRandom } from '../../src/random.ts';

const names = ['a', 'b'];
const rows = 90;

/** `formula` with short constants for rows of `law` with noise of a standard deviation of `noise`. */
function written(formula: string, law: (a: number, b: number) => number, noise: number): string {
  const random = createRandom(5, 2);
  const [a, b] = names.map(() => Float64Array.from({ length: rows }, () => random.uniform(1, 4)));
  const columns = columnsFrom([a as Float64Array, b as Float64Array]);
  const y = Float64Array.from({ length: rows }, (_, row) =>
    law((a as Float64Array)[row] as number, (b as Float64Array)[row] as number),
  ).map((value) => value + noise * random.normal());
  const short = withShortConstants(parseExpression(formula, names), { columns, y }, 1e-24);
  return printExpression(short, names, 'text');
}

describe('long constants', () => {
  it('are written with the digits that the noise allows, which are more where there is less of it', () => {
    const of = (noise: number) => written('2.0074568912345 * a', (a) => 2.0074568912345 * a, noise);
    const digits = (text: string) => /^[\d.]+/.exec(text)?.[0].replace('.', '').length;
    const found = [0.3, 0.03, 0.003, 0.0003].map((noise) => digits(of(noise)) as number);
    expect(found).toEqual(found.toSorted((p, q) => p - q));
    expect(found[0]).toBe(1);
    // The standard error of a factor of a is about 0.003 / (2.65 √90) = 0.00012: four decimals at most.
    expect(found[2]).toBeGreaterThanOrEqual(4);
    expect(found[2]).toBeLessThanOrEqual(5);
  });

  it('stay as they are where the formula is exact, rounding apart', () => {
    expect(written('2.0074568912345 * a', (a) => 2.0074568912345 * a, 0)).toBe('2.0074568912345 * a');
    expect(written('2.4000000000000004 * a', (a) => 2.4 * a, 0)).toBe('2.4 * a');
  });

  it('are none where they are fractions', () => {
    expect(written('a ^ 1.6666666666666667 * b', (a, b) => a ** (5 / 3) * b, 0.1)).toBe(
      'a ^ 1.6666666666666667 * b',
    );
  });
});
