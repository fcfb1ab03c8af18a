import { describe, expect, it } from 'vitest';
import { OptionError } from '../../src/errors.ts';
import { successRate } from '../../src/metrics/estimates.ts';

describe('successRate', () => {
  it('gives the published intervals', () => {
    const rounded = (k: number, n: number) => successRate(k, n).ci.map((end) => Number(end.toFixed(3)));
    expect(rounded(25, 25)).toEqual([0.867, 1]);
    expect(rounded(98, 100)).toEqual([0.93, 0.994]);
    expect(rounded(0, 25)).toEqual([0, 0.133]);
    expect(successRate(31, 100).ci[0]).toBeCloseTo(0.2277969721237604, 8);
    expect(successRate(31, 100).ci[1]).toBeCloseTo(0.40626055719489407, 8);
  });

  it('ends where the observed rate is z standard errors of that end away', () => {
    for (const [k, n] of [
      [1, 2],
      [7, 25],
      [99, 100],
      [1234, 4096],
    ] as const) {
      const { rate, ci } = successRate(k, n);
      expect(rate).toBe(k / n);
      for (const end of ci) {
        expect(Math.abs(rate - end)).toBeCloseTo(1.959963984540054 * Math.sqrt((end * (1 - end)) / n), 12);
      }
    }
  });

  it('refuses what is no count', () => {
    for (const [k, n] of [
      [0, 0],
      [-1, 5],
      [6, 5],
      [1.5, 5],
      [1, 2.5],
      [Number.NaN, 5],
    ] as const) {
      expect(() => successRate(k, n), `${k} of ${n}`).toThrow(OptionError);
    }
  });
});
