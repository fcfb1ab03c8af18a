import { describe, expect, it } from 'vitest';
import { findRoot, findRootBeyond } from '../../src/metrics/root.ts';
import { DROP_95, divergence, gammalnRest, logMinusDigamma, t95, Z_95 } from '../../src/metrics/special.ts';

const EULER = 0.5772156649015329;

describe('quantiles', () => {
  it('are those of the tables', () => {
    expect(Z_95).toBeCloseTo(1.959963984540054, 12);
    expect(DROP_95).toBeCloseTo(1.9207294103470618, 9);
    expect(t95(1)).toBeCloseTo(12.706204736, 6);
    expect(t95(24)).toBeCloseTo(2.063898562, 6);
    expect(t95(1e6)).toBeCloseTo(1.959966, 5);
  });
});

describe('gammalnRest', () => {
  it('is ln Γ(z) − z ln z + z', () => {
    let factorial = 1;
    for (let z = 1; z <= 20; z++) {
      expect(gammalnRest(z), `Γ(${z})`).toBeCloseTo(Math.log(factorial) - z * Math.log(z) + z, 11);
      factorial *= z;
    }
    expect(gammalnRest(0.5)).toBeCloseTo(0.5 * Math.log(Math.PI) - 0.5 * Math.log(0.5) + 0.5, 11);
    expect(gammalnRest(1e-9)).toBeCloseTo(Math.log(1e9), 6);
    expect(gammalnRest(1e20)).toBeCloseTo(0.5 * Math.log((2 * Math.PI) / 1e20), 12);
  });

  it('has the derivative ψ(z) − ln z', () => {
    for (const z of [0.01, 0.3, 1, 7, 14.9, 15.1, 300, 1e5]) {
      const h = 1e-4 * z;
      const slope = (gammalnRest(z + h) - gammalnRest(z - h)) / (2 * h);
      expect(-slope / logMinusDigamma(z), `at ${z}`).toBeCloseTo(1, 6);
    }
  });
});

describe('logMinusDigamma', () => {
  it('has the known values', () => {
    expect(logMinusDigamma(1)).toBeCloseTo(EULER, 14);
    expect(logMinusDigamma(0.5)).toBeCloseTo(EULER + Math.log(2), 14);
    let harmonic = 0;
    for (let z = 1; z <= 40; z++) {
      expect(logMinusDigamma(z), `at ${z}`).toBeCloseTo(Math.log(z) - (harmonic - EULER), 13);
      harmonic += 1 / z;
    }
    expect(logMinusDigamma(1e15) * 1e15).toBeCloseTo(0.5, 12);
    expect(logMinusDigamma(1e-10) * 1e-10).toBeCloseTo(1, 8);
  });

  it('times z falls from 1 to 1/2 and is convex, on which the bounds of the shape rest', () => {
    const points = Array.from({ length: 200 }, (_, index) => 0.01 + index / 4);
    const values = points.map((z) => z * logMinusDigamma(z));
    for (let index = 1; index < values.length - 1; index++) {
      const [before, here, after] = values.slice(index - 1, index + 2) as [number, number, number];
      expect(here).toBeGreaterThan(0.5);
      expect(here).toBeLessThan(1);
      expect(before + after - 2 * here).toBeGreaterThan(0);
      expect(after).toBeLessThan(here);
    }
  });
});

describe('divergence', () => {
  it('is δ − ln(1 + δ) without losing digits near 0', () => {
    for (const delta of [-0.9, -0.1, 0.5, 3, 1e4]) {
      expect(divergence(delta)).toBeCloseTo(delta - Math.log(1 + delta), 12);
    }
    for (const delta of [-1e-3, -0.99e-4, 1e-4, 1.01e-4]) {
      const series = delta ** 2 / 2 - delta ** 3 / 3 + delta ** 4 / 4 - delta ** 5 / 5;
      expect(divergence(delta) / series, String(delta)).toBeCloseTo(1, 8);
    }
    expect(divergence(1e-12) / 5e-25).toBeCloseTo(1, 9);
    expect(divergence(0)).toBe(0);
  });
});

describe('findRoot', () => {
  it('finds simple, flat and steep roots to the last bits', () => {
    expect(findRoot((x) => x * x - 2, 0, 2)).toBeCloseTo(Math.SQRT2, 15);
    expect(findRoot((x) => 2 - x * x, 2, 0)).toBeCloseTo(Math.SQRT2, 15);
    expect(findRoot((x) => Math.exp(x) - 1e100, 0, 700)).toBeCloseTo(100 * Math.LN10, 11);
    expect(findRoot((x) => Math.cbrt(x - 0.3), -5, 1)).toBeCloseTo(0.3, 15);
    expect(Math.abs(findRoot((x) => (x - 1) ** 9, -1, 5) - 1)).toBeLessThan(1e-2);
    expect(findRoot((x) => (x < 0.7 ? -1 : 1), 0, 1)).toBeCloseTo(0.7, 15);
    expect(findRoot((x) => x, 0, 1)).toBe(0);
    expect(findRoot((x) => x - 1e-300, 0, 1)).toBeCloseTo(1e-300, 310);
  });

  it('needs few evaluations', () => {
    let count = 0;
    findRoot(
      (x) => {
        count++;
        return Math.log(x) - 1;
      },
      0.1,
      10,
    );
    expect(count).toBeLessThan(15);
  });

  it('refuses a bracket without a change of sign', () => {
    expect(() => findRoot((x) => x * x + 1, -1, 1)).toThrow(RangeError);
  });

  it('looks beyond a point in steps that double', () => {
    expect(findRootBeyond((x) => x - 100, 0, 1, 700)).toBeCloseTo(100, 12);
    expect(findRootBeyond((x) => -x - 100, 0, -1, 700)).toBeCloseTo(-100, 12);
    expect(findRootBeyond(() => -1, 0, 1, 700)).toBe(Number.POSITIVE_INFINITY);
    expect(findRootBeyond(() => -1, 0, -1, 700)).toBe(Number.NEGATIVE_INFINITY);
  });
});
