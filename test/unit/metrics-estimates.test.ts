import { describe, expect, it } from 'vitest';
import { DataError } from '../../src/errors.ts';
import { type SolvedAt, solvedAt, sparsityErrors } from '../../src/metrics/estimates.ts';
import type { Interval } from '../../src/metrics/profile.ts';
import { createRandom, type Random } from '../../src/random.ts';

/** Random numbers with known distributions, made of exponential ones. */
const erlang = (random: Random, shape: number): number => {
  let sum = 0;
  for (let index = 0; index < shape; index++) sum -= Math.log(1 - random.uniform());
  return sum;
};
const beta = (random: Random, a: number, b: number): number => {
  const x = erlang(random, a);
  return x / (x + erlang(random, b));
};
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

const lnGamma = (x: number): number => {
  let shift = 0;
  let z = x;
  for (; z < 40; z++) shift += Math.log(z);
  return (
    (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * z) - 1 / (360 * z ** 3) - shift
  );
};

/** How often an interval is made to see how often it holds the mean: the standard error of a share of 0.95 is 0.007. */
const ROUNDS = 1000;

/** An estimate that has a mean and an interval. */
function known({ mean, ci }: Pick<SolvedAt, 'mean' | 'ci'>): { mean: number; ci: Interval } {
  if (mean === null || ci === null) throw new Error('no mean or no interval');
  return { mean, ci };
}

/** Where the highest of `f` over the second parameter, both on a grid, is within 1.9207 of its maximum. */
function gridInterval(
  f: (mean: number, shape: number) => number,
  means: readonly number[],
  shapes: readonly number[],
): [number, number, number] {
  const profile = means.map((mean) => Math.max(...shapes.map((shape) => f(mean, shape))));
  const top = Math.max(...profile);
  const inside = means.filter((_, index) => (profile[index] as number) >= top - 1.920729);
  return [inside[0] as number, means[profile.indexOf(top)] as number, inside.at(-1) as number];
}
const grid = (low: number, high: number, count: number): number[] =>
  times(count, (index) => low + ((high - low) * index) / (count - 1));
const logGrid = (low: number, high: number, count: number): number[] =>
  grid(Math.log(low), Math.log(high), count).map(Math.exp);

describe('solvedAt', () => {
  it('has nothing to say of no models, and no interval for one', () => {
    expect(solvedAt([])).toEqual({ median: null, mean: null, ci: null });
    expect(solvedAt([3000])).toEqual({ median: 3000, mean: 3000, ci: null });
  });

  it('takes the interval of Student where the values do not differ or hold a zero', () => {
    expect(solvedAt([5, 5, 5])).toEqual({ median: 5, mean: 5, ci: [5, 5] });
    const { mean, median, ci } = solvedAt([0, 2000]);
    expect([mean, median]).toEqual([1000, 1000]);
    expect(ci?.[0]).toBe(0);
    expect(ci?.[1]).toBeCloseTo(1000 + 12.7062047 * 1000, 2);
  });

  it('finds the interval that a search on a grid finds', () => {
    const values = [3000, 7000, 4000, 12000, 5000, 5000, 9000];
    const sum = values.reduce((total, x) => total + x, 0);
    const logs = values.reduce((total, x) => total + Math.log(x), 0);
    const logLikelihood = (mean: number, shape: number): number =>
      values.length * (shape * Math.log(shape / mean) - lnGamma(shape)) +
      (shape - 1) * logs -
      (shape / mean) * sum;
    const [low, best, high] = gridInterval(logLikelihood, grid(3000, 13000, 1001), logGrid(0.3, 40, 500));
    const { mean, median, ci } = solvedAt(Float64Array.from(values));
    expect(median).toBe(5000);
    expect(mean).toBeCloseTo(45000 / 7, 9);
    expect(Math.abs((mean as number) - best)).toBeLessThan(10);
    expect(Math.abs((ci?.[0] as number) - low)).toBeLessThan(15);
    expect(Math.abs((ci?.[1] as number) - high)).toBeLessThan(15);
  });

  it('scales with its values, contains the mean and shrinks with their number', () => {
    const random = createRandom(1);
    for (let round = 0; round < 100; round++) {
      const values = times(2 + random.integer(40), () => 1000 * erlang(random, 1 + random.integer(20)));
      const { mean, ci } = known(solvedAt(values));
      expect(ci[0]).toBeLessThan(mean);
      expect(ci[1]).toBeGreaterThan(mean);
      const scaled = known(solvedAt(values.map((value) => 1e4 * value))).ci;
      expect(scaled[0] / ci[0]).toBeCloseTo(1e4, 4);
      expect(scaled[1] / ci[1]).toBeCloseTo(1e4, 4);
      const fourfold = known(solvedAt([...values, ...values, ...values, ...values])).ci;
      expect(fourfold[1] - fourfold[0]).toBeLessThan(0.7 * (ci[1] - ci[0]));
    }
  });

  it('becomes the interval of a normal distribution for many values close together', () => {
    for (const relative of [1e-2, 1e-6, 1e-10]) {
      const base = 2 ** 40;
      const values = times(1000, (index) => base * (1 + relative * Math.sin(index + 1)));
      const mean = values.reduce((sum, x) => sum + (x - base), 0) / 1000 + base;
      const sd = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 1000);
      const { ci } = solvedAt(values);
      const half = (1.959964 * sd) / Math.sqrt(1000);
      expect(((ci?.[1] as number) - mean) / half).toBeCloseTo(1, 2);
      expect((mean - (ci?.[0] as number)) / half).toBeCloseTo(1, 2);
    }
  });

  it('stays finite for values that differ by many orders of magnitude', () => {
    const { ci } = solvedAt([1000, 5e6]);
    expect(ci?.[0]).toBeGreaterThan(0);
    expect(ci?.[1]).toBeLessThan(1e15);
    expect(solvedAt([1e-300, 1e300]).ci?.[1]).toBe(Number.POSITIVE_INFINITY);
  });

  it('holds the true mean in about 95 of 100 cases', () => {
    const random = createRandom(2);
    for (const [shape, count] of [
      [1, 30],
      [4, 25],
      [30, 100],
    ] as const) {
      const held = times(ROUNDS, () => {
        const [low, high] = known(solvedAt(times(count, () => erlang(random, shape)))).ci;
        return low <= shape && shape <= high;
      }).filter(Boolean).length;
      // With few values the likelihood's interval is a little short.
      expect(held / ROUNDS, `shape ${shape}, ${count} values`).toBeGreaterThan(0.925);
      expect(held / ROUNDS, `shape ${shape}, ${count} values`).toBeLessThan(0.965);
    }
  });

  it('refuses values that cannot be steps', () => {
    for (const value of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => solvedAt([1, value])).toThrow(DataError);
    }
    expect(() => solvedAt([1, -1])).toThrow('steps[1] is -1');
  });
});

describe('sparsityErrors', () => {
  it('has nothing to say of no models, and no interval for one', () => {
    expect(sparsityErrors([])).toEqual({ mean: null, ci: null });
    expect(sparsityErrors([0.1])).toEqual({ mean: 0.1, ci: null });
    expect(sparsityErrors([0.9])).toEqual({ mean: 0.5, ci: null });
  });

  it('takes the interval of Student where the values hardly differ', () => {
    expect(sparsityErrors([0, 0, 0])).toEqual({ mean: 0, ci: [0, 0] });
    expect(sparsityErrors([0.5, 0.7])).toEqual({ mean: 0.5, ci: [0.5, 0.5] });
    const { mean, ci } = sparsityErrors([1e-11, 3e-11]);
    expect(mean).toBeCloseTo(2e-11, 20);
    expect(ci?.[0]).toBe(0);
    expect((ci?.[1] as number) / (2e-11 + 12.7062047e-11)).toBeCloseTo(1, 6);
  });

  it('finds the mean and the interval that a search on a grid finds', () => {
    const values = [0.02, 0.11, 0.07, 0.31, 0.05, 0.18];
    const logs = values.reduce((total, x) => total + Math.log(2 * x), 0);
    const restLogs = values.reduce((total, x) => total + Math.log(1 - 2 * x), 0);
    const logLikelihood = (mean: number, shape: number): number => {
      const a = 2 * mean * shape;
      const b = shape - a;
      const constant = lnGamma(shape) - lnGamma(a) - lnGamma(b);
      return values.length * constant + (a - 1) * logs + (b - 1) * restLogs;
    };
    const [low, best, high] = gridInterval(logLikelihood, grid(0.03, 0.35, 1601), logGrid(0.3, 60, 250));
    const { mean, ci } = sparsityErrors(values);
    expect(Math.abs((mean as number) - best)).toBeLessThan(3e-4);
    expect(Math.abs((ci?.[0] as number) - low)).toBeLessThan(3e-4);
    expect(Math.abs((ci?.[1] as number) - high)).toBeLessThan(3e-4);
  });

  it('contains its mean, is mirrored with its values and shrinks with their number', () => {
    const random = createRandom(3);
    for (let round = 0; round < 100; round++) {
      const [a, b] = [1 + random.integer(5), 1 + random.integer(30)];
      const values = times(3 + random.integer(40), () => beta(random, a, b) / 2);
      const { mean, ci } = known(sparsityErrors(values));
      expect(ci[0]).toBeGreaterThan(0);
      expect(ci[0]).toBeLessThan(mean);
      expect(ci[1]).toBeGreaterThan(mean);
      expect(ci[1]).toBeLessThan(0.5);
      const mirrored = sparsityErrors(values.map((value) => 0.5 - value));
      expect(mirrored.mean).toBeCloseTo(0.5 - mean, 9);
      expect(mirrored.ci?.[0]).toBeCloseTo(0.5 - ci[1], 9);
      expect(mirrored.ci?.[1]).toBeCloseTo(0.5 - ci[0], 9);
      const fourfold = sparsityErrors([...values, ...values, ...values, ...values]);
      const width = (fourfold.ci?.[1] as number) - (fourfold.ci?.[0] as number);
      expect(width).toBeLessThan(0.7 * (ci[1] - ci[0]));
      expect(fourfold.mean).toBeCloseTo(mean, 9);
    }
  });

  it('is the gamma interval where values are tiny', () => {
    const random = createRandom(4);
    for (const scale of [1e-4, 1e-6, 1e-8]) {
      const values = times(25, () => scale * erlang(random, 3));
      const { mean, ci } = sparsityErrors(values);
      const gamma = solvedAt(values.map((value) => value / scale));
      expect((mean as number) / scale).toBeCloseTo(gamma.mean as number, 2);
      expect((ci?.[0] as number) / scale).toBeCloseTo(gamma.ci?.[0] as number, 2);
      expect((ci?.[1] as number) / scale).toBeCloseTo(gamma.ci?.[1] as number, 2);
    }
  });

  it('copes with zeros, with 0.5 and with values beyond', () => {
    for (const values of [
      [0, 0.5],
      [0, 0, 0, 1e-5],
      [0, 1e-9, 1e-3, 0.4],
      [0.5, 0.5, 0.49],
      [0.3, 3],
    ]) {
      const { mean, ci } = known(sparsityErrors(values));
      expect(ci[0], `${values}`).toBeGreaterThanOrEqual(0);
      expect(ci[0], `${values}`).toBeLessThanOrEqual(mean);
      expect(ci[1], `${values}`).toBeGreaterThanOrEqual(mean);
      expect(ci[1], `${values}`).toBeLessThanOrEqual(0.5);
    }
  });

  it('holds the true mean in about 95 of 100 cases', () => {
    const random = createRandom(5);
    for (const [a, b, count] of [
      [1, 4, 30],
      [2, 2, 25],
      [3, 60, 50],
    ] as const) {
      const mean = a / (a + b) / 2;
      const held = times(ROUNDS, () => {
        const [low, high] = known(sparsityErrors(times(count, () => beta(random, a, b) / 2))).ci;
        return low <= mean && mean <= high;
      }).filter(Boolean).length;
      // As above.
      expect(held / ROUNDS, `beta(${a}, ${b}), ${count} values`).toBeGreaterThan(0.925);
      expect(held / ROUNDS, `beta(${a}, ${b}), ${count} values`).toBeLessThan(0.965);
    }
  });

  it('refuses values that cannot be sparsity errors', () => {
    for (const value of [-1e-9, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => sparsityErrors([0.1, value])).toThrow(DataError);
    }
  });
});
