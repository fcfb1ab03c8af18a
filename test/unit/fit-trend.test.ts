import { describe, expect, it } from 'vitest';
import { chiSquare, trendAlong } from '../../src/fit/trend.ts';
import { evaluate, parseExpression } from '../../src/formula/index.ts';
import { createRandom } from '../../src/random.ts';

const names = ['a', 'b', 'c', 'd', 'e', 'f'];
const rows = 300;

/** Residuals of `formula` on rows of `law`, with noise of `noise` of the law's spread. */
function leftBy(formula: string, law: string, noise: number, seed: number) {
  const random = createRandom(seed, 7);
  const x = Float64Array.from({ length: rows * names.length }, () => random.uniform(1, 4));
  const of = (text: string) =>
    evaluate({ variables: names, targets: ['y'], expressions: [parseExpression(text, names)] }, x);
  const wanted = of(law);
  const mean = wanted.reduce((sum, value) => sum + value / rows, 0);
  const spread = Math.sqrt(wanted.reduce((sum, value) => sum + (value - mean) ** 2 / rows, 0));
  const residuals = of(formula).map(
    (value, row) => value - (wanted[row] as number) - noise * spread * random.normal(),
  );
  return trendAlong(parseExpression(formula, names), names, x, residuals);
}

const sinc = '4 * a * b / c * sin(0.5 * (d - e) * f)^2 / ((d - e) * f)^2';
const bell = 'a * b / c * exp(-0.088 * (d - e)^2 * f^2)';

describe('what is left', () => {
  it('goes with a part of a formula that is only near', () => {
    expect(leftBy(bell, sinc, 0, 1)).toMatch(/d - e/);
    expect(leftBy(bell, sinc, 0.02, 2)).toBeDefined();
    expect(leftBy('a * b^1.1', 'a * b', 0.03, 3)).toBeDefined();
  });

  it('goes with nothing where it is noise, also where that grows with the target', () => {
    for (let seed = 0; seed < 60; seed++) {
      expect(leftBy(sinc, sinc, 0.1, seed)).toBeUndefined();
      expect(leftBy('a * b / c', 'a * b / c', 0.3, seed)).toBeUndefined();
    }
  });

  it('is held against χ²', () => {
    // Pearson's tables have 22.46 and 27.86 for six degrees of freedom; the approximation is good to two in a hundred.
    expect(Math.abs(chiSquare(6, 1e-3) / 22.46 - 1)).toBeLessThan(0.025);
    expect(Math.abs(chiSquare(6, 1e-4) / 27.86 - 1)).toBeLessThan(0.025);
  });
});
