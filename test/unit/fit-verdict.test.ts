import { describe, expect, it, vi } from 'vitest';
import { codeLength, distinctRows, information } from '../../src/fit/evidence.ts';
import { growthOf, mostGrowth } from '../../src/fit/growth.ts';
import { fit as searchFormula } from '../../src/fit/index.ts';
import { parseExpression } from '../../src/formula/index.ts';
import { tableOf } from '../../src/io/index.ts';
import { createRandom } from '../../src/random.ts';

// A search takes seconds, and minutes on a busy machine.
vi.setConfig({ testTimeout: 600_000 });

const none = undefined;
const drawn = (count: number, seed: number, f: (random: ReturnType<typeof createRandom>) => number) => {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => f(random));
};

describe('what it takes to say a formula', () => {
  it('grows with its size, its constants and the columns there are', () => {
    const of = (text: string, width = 2) => codeLength(parseExpression(text, ['a', 'b']), width);
    expect(of('a * b')).toBeCloseTo(3 * Math.log(20), 12);
    expect(of('a * b', 9)).toBeCloseTo(3 * Math.log(27), 12);
    expect(of('2.5 * a')).toBeCloseTo(3 * Math.log(20) + 2 * Math.log(10), 12);
    expect(of('1200 * a') - of('1 / a')).toBeCloseTo(Math.log(10), 12);
    const rough = codeLength(parseExpression('2.512345 * a', ['a', 'b']), 2, 100);
    expect(rough).toBeCloseTo(3 * Math.log(20) + Math.log(100) / 2, 12);
  });

  it('is held against what the targets tell apart, of rows that are no copies', () => {
    const binary = Float64Array.from({ length: 12 }, (_, row) => row % 2);
    expect(information(binary, 12)).toBeCloseTo(12 * Math.log(2), 12);
    expect(information(Float64Array.of(0.1, 0.4, 0.2, 0.9), 4)).toBeCloseTo(4 * Math.log(9), 9);
    expect(information(Float64Array.of(100, 300, 900), 3)).toBeCloseTo(3 * Math.log(9), 12);
    expect(information(Float64Array.from(drawn(5, 1, (r) => r.normal())), 5)).toBeCloseTo(
      5 * 9 * Math.log(10),
      9,
    );
    const [x, y] = [Float64Array.of(1, 2, 1, 2, 3, 1), Float64Array.of(5, 6, 5, 6, 7, 8)];
    expect(distinctRows({ x, y }, 1)).toBe(4);
  });
});

describe('residuals outside', () => {
  const noise = (count: number, seed: number) => Float64Array.from(drawn(count, seed, (r) => r.normal()));
  it('may be larger by chance, the less the more rows there are', () => {
    expect(mostGrowth(225, 75)).toBeLessThan(1.45);
    expect(mostGrowth(30, 10)).toBeGreaterThan(1.6);
    expect(mostGrowth(8, 5)).toBe(2);
    let more = 0;
    for (let seed = 0; seed < 300; seed++) {
      const flat = (count: number) => new Float64Array(count).fill(1);
      const [inside, outside] = [noise(225, 2 * seed), noise(75, 2 * seed + 1)];
      const growth = growthOf(
        { predicted: flat(225), residuals: inside },
        { predicted: flat(75), residuals: outside },
      );
      if (growth > mostGrowth(225, 75)) more++;
    }
    expect(more).toBeLessThanOrEqual(4);
  });

  it('are compared in proportion where they grow with what is predicted', () => {
    const part = (count: number, size: number, grows: boolean) => {
      const predicted = Float64Array.from({ length: count }, (_, row) => size * 10 ** (row / count));
      const own = noise(count, count);
      return {
        predicted,
        residuals: own.map((value, row) => value * (grows ? 0.1 * (predicted[row] as number) : 0.1)),
      };
    };
    const wide = (grows: boolean) => growthOf(part(200, 1, grows), part(100, 5, grows));
    expect(wide(true)).toBeLessThan(1.3);
    expect(wide(false)).toBeLessThan(1.3);
  });
});

describe('what is not believed', () => {
  it('is what passes exactly through a few rows and their copies', async () => {
    const few = Array.from({ length: 5 }, (_, k) => drawn(3, 40 + k, (r) => r.uniform(0, 3)));
    const rows = Array.from({ length: 12 }, (_, row) => few[row % 5] as number[]);
    const table = tableOf({
      a: rows.map(([a]) => a!),
      b: rows.map(([, b]) => b!),
      y: rows.map(([, , y]) => y!),
    });
    const result = await searchFormula(none, table, { target: 'y', effort: 0.08 });
    expect(result.found).toBe(false);
  });

  it('is what small whole numbers are by chance', async () => {
    for (const seed of [1, 2]) {
      const die = () => drawn(12, seed * 7, (r) => Math.floor(1 + 6 * r.uniform()));
      const [a, y] = [drawn(12, seed, (r) => Math.floor(1 + 6 * r.uniform())), die()];
      const result = await searchFormula(none, tableOf({ a, y }), { target: 'y', effort: 0.08 });
      expect(result.found).toBe(false);
    }
  });

  it('is a curve through few rows of a smooth network', async () => {
    for (const seed of [12, 26]) {
      const random = createRandom(seed, 0x77);
      const units = Array.from({ length: 6 }, () => Array.from({ length: 4 }, () => random.normal()));
      const x = Array.from({ length: 24 }, () => [random.uniform(0, 3), random.uniform(0, 3)] as const);
      const y = x.map(([a, b]) =>
        units.reduce((sum, [p, q, r, s]) => sum + s! * Math.tanh(r! + 1.5 * p! * a + 1.5 * q! * b), 0),
      );
      const table = tableOf({ a: x.map(([a]) => a), b: x.map(([, b]) => b), y });
      const result = await searchFormula(none, table, { target: 'y', effort: 0.08 });
      expect(result.found).toBe(false);
    }
  });

  it('yet a law is, in few rows and in whole numbers', async () => {
    const n = Array.from({ length: 12 }, (_, k) => 1 + k);
    const whole = await searchFormula(none, tableOf({ n, y: n.map((k) => (k * (k + 1)) / 2) }), {
      target: 'y',
    });
    expect(whole).toMatchObject({ found: true, exact: true });
    const few = await searchFormula(none, tableOf({ n, y: n.map((k) => 7.25 / k ** 2 + 1.5) }), {
      target: 'y',
    });
    expect(few).toMatchObject({ found: true, exact: true });
  });
});
