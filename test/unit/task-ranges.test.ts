import { describe, expect, it } from 'vitest';
import { OptionError } from '../../src/errors.ts';
import { bits4 } from '../../src/random.ts';
import { formatRange, type InputRange, intervalsOf, parseRange } from '../../src/range.ts';
import { rangeSampler } from '../../src/tasks/range-sampler.ts';

const union: InputRange = [
  [-6, -2],
  [2, 6],
];

describe('the notation of ranges', () => {
  it('is printed as in the literature, and read back', () => {
    expect(formatRange([-2, -1])).toBe('U[-2,-1)');
    expect(formatRange(union)).toBe('U[-6,-2) ∪ U[2,6)');
    for (const range of [[-2, -1], [0.1, 0.2], [-1e-7, 1.5e20], union] as InputRange[]) {
      expect(intervalsOf(parseRange(formatRange(range)))).toEqual(intervalsOf(range));
    }
  });

  it('is read in its variants', () => {
    expect(() => parseRange(undefined as unknown as string)).toThrow(
      /a range is undefined; it must be a text/,
    );
    expect(parseRange('U[1,2]')).toEqual([1, 2]);
    expect(parseRange(' u( 1.5 , 2e1 ) ')).toEqual([1.5, 20]);
    expect(parseRange('[−6,−2)∪[2,6]')).toEqual(union);
  });

  it.each(['', 'U[1]', 'U[1,2', 'U[2,1)', 'U[1,1)', 'U[1,2) u', '1,2', 'U[1,2) ∪', 'U[one,2)', 'U[1,1e999)'])(
    'is refused where it is no range: %j',
    (text) => {
      expect(() => parseRange(text)).toThrow(OptionError);
    },
  );

  it('names the part that cannot be read', () => {
    expect(() => parseRange('U[1,2) ∪ U[3;4)')).toThrow("'U[3;4)' is not an interval");
  });
});

describe('draws from a range', () => {
  const words = Array.from({ length: 25_000 }, (_, index) => bits4(7, 1, 0, index)).flat();
  const draws = (range: InputRange): number[] => {
    const sampler = rangeSampler([range]);
    return words.map((bits) => sampler.draw(bits, (name) => Math.fround(sampler.values[name] as number)));
  };
  const mean = (values: number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;

  it.each([
    [-20, -10],
    [0.1, 0.2],
    [-2, 2],
    [1.1, 1.2],
  ] as InputRange[])('are uniform in %j', (...bounds) => {
    const [low, high] = bounds as unknown as [number, number];
    const values = draws([low, high]);
    expect(Math.min(...values.slice(0, 1e4))).toBeGreaterThanOrEqual(Math.fround(low));
    expect(Math.max(...values.slice(0, 1e4))).toBeLessThanOrEqual(Math.fround(high));
    // Five standard errors of the mean and of the variance of 100 000 draws.
    const u = values.map((x) => (x - low) / (high - low));
    expect(Math.abs(mean(u) - 1 / 2)).toBeLessThan(5 * Math.sqrt(1 / 12 / 1e5));
    expect(Math.abs(mean(u.map((v) => (v - 0.5) ** 2)) - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / 180 / 1e5));
  });

  it('fall into each interval of a union equally often, whatever their place in it', () => {
    const three: InputRange = [
      [-6, -2],
      [2, 6],
      [10, 11],
    ];
    for (const range of [union, three]) {
      const values = draws(range);
      const intervals = intervalsOf(range);
      intervals.forEach(([low, high]) => {
        const inside = values.filter((x) => x >= low && x < high);
        expect(Math.abs(inside.length / 1e5 - 1 / intervals.length)).toBeLessThan(0.009);
        expect(Math.abs(mean(inside) - (low + high) / 2)).toBeLessThan(0.02 * (high - low));
      });
      expect(values.filter((x) => intervals.some(([low, high]) => x >= low && x < high))).toHaveLength(1e5);
    }
  });

  it('are never 0', () => {
    const sampler = rangeSampler([[-2, 2]]);
    const column = (name: string): number => sampler.values[name] as number;
    expect(sampler.draw(0x80000000, column)).toBe(2 ** -23);
    expect(sampler.draw(0x80000100, column)).toBe(2 ** -22);
    const fromZero = rangeSampler([[0, 1]]);
    expect(fromZero.draw(0, (name) => fromZero.values[name] as number)).toBe(2 ** -25);
  });

  it('need an interval that float32 can tell from a point', () => {
    expect(() => rangeSampler([[1, 1 + 1e-9]])).toThrow(OptionError);
    expect(() => rangeSampler([[-3e38, 3e38]])).toThrow('too large');
  });
});
