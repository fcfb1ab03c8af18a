import { describe, expect, it } from 'vitest';
import { OptionError } from '../../src/errors.ts';
import { bits4, createRandom, permute, unit } from '../../src/random.ts';

const range = (count: number) => Array.from({ length: count }, (_, k) => k);
const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);

/**
 * Pearson's χ² of counts that should all be equal, in standard deviations from its mean: near 0 for a good generator,
 * above 5 by chance less than once in a million times. Everything here is seeded, so it is the same at every run.
 */
function unevenness(counts: readonly number[]): number {
  const expected = sum([...counts]) / counts.length;
  const chi2 = sum(counts.map((count) => (count - expected) ** 2 / expected));
  return (chi2 - (counts.length - 1)) / Math.sqrt(2 * (counts.length - 1));
}

function correlation(a: number[], b: number[]): number {
  const centred = (values: number[]) => {
    const mean = sum(values) / values.length;
    return values.map((value) => value - mean);
  };
  const dot = (u: number[], v: number[]) => sum(u.map((value, k) => value * (v[k] as number)));
  const [x, y] = [centred(a), centred(b)];
  return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
}

describe('bits4', () => {
  it('is pcg4d', () => {
    // The published function, in exact integers.
    const reference = (counter: bigint[]) => {
      const mask = 2n ** 32n - 1n;
      const v = counter.map((c) => (c * 1664525n + 1013904223n) & mask);
      const add = (to: number, a: number, b: number) => {
        v[to] = ((v[to] as bigint) + (v[a] as bigint) * (v[b] as bigint)) & mask;
      };
      const mix = () => {
        add(0, 1, 3);
        add(1, 2, 0);
        add(2, 0, 1);
        add(3, 1, 2);
      };
      mix();
      for (const k of [0, 1, 2, 3]) v[k] = (v[k] as bigint) ^ ((v[k] as bigint) >> 16n);
      mix();
      return v.map(Number);
    };
    for (const counter of [
      [0, 0, 0, 0],
      [1, 2, 3, 4],
      [4294967295, 4294967295, 4294967295, 4294967295],
      [123456789, 0, 77, 2147483648],
    ]) {
      const [a = 0, b = 0, c = 0, d = 0] = counter;
      expect(bits4(a, b, c, d)).toEqual(reference(counter.map(BigInt)));
    }
  });

  it('is uniform in every word, whichever part of the counter moves', () => {
    for (const part of range(4)) {
      const counts = range(4).map(() => new Array<number>(256).fill(0));
      for (const k of range(40_000)) {
        const counter: [number, number, number, number] = [7, 1, 0, 3];
        counter[part] = k;
        bits4(...counter).forEach((word, lane) => {
          const bin = Math.floor(unit(word) * 256);
          (counts[lane] as number[])[bin] = ((counts[lane] as number[])[bin] as number) + 1;
        });
      }
      for (const lane of counts) expect(Math.abs(unevenness(lane))).toBeLessThan(5);
    }
  });

  it('has no correlation between streams, seeds, steps and lanes', () => {
    const draw = (seed: number, stream: number, step: number, lane: number) =>
      range(20_000).map((index) => unit(bits4(seed, stream, step, index)[lane] as number));
    const base = draw(1, 0, 0, 0);
    for (const other of [draw(1, 1, 0, 0), draw(2, 0, 0, 0), draw(1, 0, 1, 0), draw(1, 0, 0, 1)]) {
      expect(Math.abs(correlation(base, other))).toBeLessThan(5 / Math.sqrt(20_000));
    }
    expect(Math.abs(correlation(base.slice(1), base.slice(0, -1)))).toBeLessThan(5 / Math.sqrt(20_000));
  });
});

describe('unit', () => {
  it('is exact in f32 and below 1', () => {
    expect([0, 255, 256, 0x80000000, 0xffffffff].map(unit)).toEqual([0, 0, 2 ** -24, 0.5, 1 - 2 ** -24]);
    for (const k of range(1000)) {
      const u = unit(bits4(k, 0, 0, 0)[0]);
      expect(Math.fround(u)).toBe(u);
    }
  });
});

describe('permute', () => {
  const shuffle = (count: number, key: [number, number]) => range(count).map((k) => permute(k, count, key));

  it.each([1, 2, 3, 4, 5, 16, 17, 31, 32, 33, 257, 1000, 65537])('is a bijection of %i items', (count) => {
    for (const epoch of [0, 1]) {
      const image = shuffle(count, [9, epoch]);
      expect(new Set(image).size).toBe(count);
      expect(Math.max(...image)).toBe(count - 1);
    }
  });

  it('works up to 2^32 - 1', () => {
    for (const count of [2 ** 31, 2 ** 32 - 1]) {
      const image = range(1000).map((k) => permute(k, count, [1, 2]));
      expect(new Set(image).size).toBe(1000);
      expect(Math.max(...image)).toBeLessThan(count);
      expect(Math.max(...image)).toBeGreaterThan(0.98 * count);
    }
  });

  it.each([2, 3, 4, 5])('gives every order of %i items about equally often', (count) => {
    const orders = new Map<string, number>();
    const keys = 24_000;
    for (const epoch of range(keys)) {
      const order = shuffle(count, [5, epoch]).join();
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    const factorial = range(count).reduce((product, k) => product * (k + 1), 1);
    expect(orders.size).toBe(factorial);
    expect(Math.abs(unevenness([...orders.values()]))).toBeLessThan(5);
  });

  it.each([20, 100])('sends every one of %i items everywhere equally often', (count) => {
    const counts = new Array<number>(count * count).fill(0);
    for (const epoch of range(2000)) {
      shuffle(count, [6, epoch]).forEach((to, from) => {
        counts[from * count + to] = (counts[from * count + to] as number) + 1;
      });
    }
    expect(Math.abs(unevenness(counts))).toBeLessThan(5);
  });

  it('leaves no neighbours together', () => {
    const count = 1000;
    const image = shuffle(count, [3, 3]);
    expect(Math.abs(correlation(range(count), image))).toBeLessThan(5 / Math.sqrt(count));
    expect(Math.abs(correlation(image.slice(1), image.slice(0, -1)))).toBeLessThan(5 / Math.sqrt(count));
  });

  it('rejects an index outside the range and a count of zero', () => {
    expect(() => permute(5, 5, [0, 0])).toThrow(OptionError);
    expect(() => permute(-1, 5, [0, 0])).toThrow(OptionError);
    expect(() => permute(0, 0, [0, 0])).toThrow(OptionError);
    expect(() => permute(0.5, 5, [0, 0])).toThrow(OptionError);
  });
});

describe('createRandom', () => {
  const draws = 40_000;

  it('repeats itself for the same seed and stream, and for no other', () => {
    const sequence = (seed: number, stream?: number) => {
      const random = createRandom(seed, stream);
      return range(10).map(() => random.word());
    };
    expect(sequence(3)).toEqual(sequence(3, 0));
    expect(sequence(3)).not.toEqual(sequence(3, 1));
    expect(sequence(3)).not.toEqual(sequence(4));
    expect(sequence(3)).toEqual(
      [...bits4(3, 0, 0, 0), ...bits4(3, 0, 0, 1), ...bits4(3, 0, 0, 2)].slice(0, 10),
    );
  });

  it('uniform fills its interval evenly', () => {
    const random = createRandom(11);
    const counts = new Array<number>(100).fill(0);
    for (let k = 0; k < draws; k++) {
      const bin = Math.floor((random.uniform(-2, 3) + 2) * 20);
      counts[bin] = (counts[bin] as number) + 1;
    }
    expect(counts).toHaveLength(100);
    expect(Math.abs(unevenness(counts))).toBeLessThan(5);
  });

  it('normal has the moments of a normal', () => {
    const random = createRandom(12);
    const sample = range(draws).map(() => random.normal(2) / 2);
    const moment = (k: number) => sum(sample.map((z) => z ** k)) / draws;
    // Five standard errors: √(Var zᵏ / draws) with Var z = 1, z² 2, z³ 15, z⁴ 96.
    const error = (variance: number) => 5 * Math.sqrt(variance / draws);
    expect(Math.abs(moment(1))).toBeLessThan(error(1));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(error(2));
    expect(Math.abs(moment(3))).toBeLessThan(error(15));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(error(96));
  });

  it('truncatedNormal stays within two deviations', () => {
    const random = createRandom(13);
    const sample = range(draws).map(() => random.truncatedNormal(0.5));
    expect(Math.max(...sample.map(Math.abs))).toBeLessThanOrEqual(1);
    expect(Math.max(...sample.map(Math.abs))).toBeGreaterThan(0.98);
    // 1 − 4 φ(2) / (2 Φ(2) − 1) is the variance of a standard normal cut at ±2.
    const variance = sum(sample.map((z) => (z / 0.5) ** 2)) / draws;
    expect(Math.abs(variance - 0.7737)).toBeLessThan(0.02);
    expect(Math.abs(sum(sample) / draws)).toBeLessThan(0.02);
  });

  it('integer is even over counts that do not divide 2^32', () => {
    const random = createRandom(14);
    for (const count of [1, 2, 7, 1000]) {
      const counts = new Array<number>(count).fill(0);
      for (let k = 0; k < draws; k++) {
        const value = random.integer(count);
        counts[value] = (counts[value] as number) + 1;
      }
      expect(counts).toHaveLength(count);
      if (count > 1) expect(Math.abs(unevenness(counts))).toBeLessThan(5);
    }
    // Every third value would come up twice as often without rejection.
    const large = range(3000).map(() => random.integer(3 * 2 ** 30));
    expect(large.filter((value) => value < 2 ** 30).length / 3000).toBeCloseTo(1 / 3, 1);
    expect(Math.max(...large)).toBeGreaterThan(0.99 * 3 * 2 ** 30);
  });

  it('rejects what is not an unsigned 32-bit integer', () => {
    for (const seed of [-1, 0.5, 2 ** 32, Number.NaN, Infinity]) {
      expect(() => createRandom(seed)).toThrow(OptionError);
      expect(() => createRandom(0, seed)).toThrow(OptionError);
    }
    expect(() => createRandom(1).integer(0)).toThrow(OptionError);
    expect(() => createRandom(2 ** 32 - 1)).not.toThrow();
  });
});
