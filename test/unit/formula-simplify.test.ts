import { describe, expect, it } from 'vitest';
import { printExpression } from '../../src/expression/print.ts';
import {
  call,
  invert,
  negate,
  power,
  product,
  rebuild,
  subtract,
  sum,
} from '../../src/expression/simplify.ts';
import {
  constant,
  constantsOf,
  type Expression,
  keyOf,
  variable,
  variablesOf,
  weight,
} from '../../src/expression/tree.ts';
import { compile } from '../../src/formula/index.ts';
import { minimize, solveLeastSquares } from '../../src/formula/least-squares.ts';
import { createRandom } from '../../src/random.ts';
import { randomExpression } from '../support/random-formula.ts';

const names = ['a', 'b', 'c', 'p', 'q'];
const text = (expression: Expression) => printExpression(expression, names, 'text');
const [a, b, c] = [variable(0), variable(1), variable(2)] as const;
/** Never negative, and above zero. */
const [p, q] = [variable(3, 'nonNegative'), variable(4, 'positive')] as const;
const n = (value: number) => constant(value);

describe('an expression', () => {
  it.each<[string, Expression, string]>([
    ['1 · a', product(n(1), a), 'a'],
    ['0 · a', product(n(0), a), '0'],
    ['a + 0', sum(a, n(0)), 'a'],
    ['a ^ 1', power(a, n(1)), 'a'],
    ['a ^ 0', power(a, n(0)), '1'],
    ['a ^ 0.5', power(a, n(0.5)), 'sqrt(a)'],
    ['(2 · 3) ^ 2', power(product(n(2), n(3)), n(2)), '36'],
    ['b + a', sum(b, a), 'a + b'],
    ['a + b + a', sum(a, b, a), '2 * a + b'],
    ['a − a', subtract(a, a), '0'],
    ['2 + a + 3', sum(n(2), a, n(3)), 'a + 5'],
    ['2 · (a − 3)', product(n(2), subtract(a, n(3))), '2 * a - 6'],
    ['−(a − b)', negate(subtract(a, b)), 'b - a'],
    ['(2a + 2b) · c', product(sum(product(n(2), a), product(n(2), b)), c), '2 * (a + b) * c'],
    ['a · a', product(a, a), 'a ^ 2'],
    ['a / a, which is no number at 0', product(a, invert(a)), 'a / a'],
    ['√a · √a, which is no number below 0', product(power(a, n(0.5)), power(a, n(0.5))), 'sqrt(a) * sqrt(a)'],
    ['√p · √p', product(power(p, n(0.5)), power(p, n(0.5))), 'p'],
    ['√(a²), which is |a|', power(power(a, n(2)), n(0.5)), 'sqrt(a ^ 2)'],
    ['√(p²)', power(power(p, n(2)), n(0.5)), 'p'],
    ['(a²)³', power(power(a, n(2)), n(3)), 'a ^ 6'],
    ['(4p)^½', power(product(n(4), p), n(0.5)), '2 * sqrt(p)'],
    ['(−a)²', power(negate(a), n(2)), 'a ^ 2'],
    ['(−a)³', power(negate(a), n(3)), '-a ^ 3'],
    ['|−2a|', call('abs', product(n(-2), a)), '2 * abs(a)'],
    ['|a|²', power(call('abs', a), n(2)), 'a ^ 2'],
    ['|p|', call('abs', p), 'p'],
    ['sign(a) · |a|³', product(call('sign', a), power(call('abs', a), n(3))), 'a ^ 3'],
    ['sign(a) / |a|', product(call('sign', a), invert(call('abs', a))), '1 / a'],
    ['sign(q)', call('sign', q), '1'],
    ['sign(p), which may be 0', call('sign', p), 'sign(p)'],
    ['max(0, p)', call('max', n(0), p), 'p'],
    ['max(0, −p)', call('max', n(0), negate(p)), '0'],
    ['max(0, a)', call('max', n(0), a), 'max(0, a)'],
    ['cos(0)', call('cos', n(0)), '1'],
    ['log(0), which is infinite', call('log', n(0)), 'log(0)'],
  ])('%s is simplified', (_, expression, expected) => {
    expect(text(expression)).toBe(expected);
  });

  it('stays the same when it is built again', () => {
    const random = createRandom(8);
    for (let draw = 0; draw < 400; draw++) {
      const { expression } = randomExpression(random, 3, 4);
      const again = rebuild(expression, (leaf) => leaf);
      const x = Array.from({ length: 3 }, () => random.uniform(-2, 2));
      const [before, after] = [compile(expression)(x), compile(again)(x)];
      if (Number.isFinite(before) && Math.abs(before) < 1e9 && Math.abs(before) > 1e-6) {
        expect(Math.abs(after / before - 1), text(expression)).toBeLessThan(1e-6);
      }
    }
    const expression = product(sum(a, b), power(c, n(1.5)));
    expect(keyOf(rebuild(expression, (leaf) => leaf))).toBe(keyOf(expression));
  });

  it('visits constants in one order, and knows which may change', () => {
    const expression = sum(product(weight(2.5), power(a, weight(1.5))), n(7));
    const visited: number[] = [];
    rebuild(expression, (leaf) => {
      if (leaf.kind === 'constant') visited.push(leaf.value);
      return leaf;
    });
    expect(visited).toEqual(constantsOf(expression).map(({ value }) => value));
    expect(constantsOf(expression).map(({ free }) => free)).toEqual([true, true, false]);
    expect(constantsOf(product(weight(2), n(3), a))).toEqual([weight(6)]);
    expect(variablesOf(product(c, a))).toEqual([0, 2]);
  });
});

describe('least squares', () => {
  /** Normal equations by Gaussian elimination: another way, good enough where the problem is well-conditioned. */
  function normal(columns: readonly number[][], right: readonly number[]): number[] {
    const dot = (u: readonly number[], v: readonly number[]) =>
      u.reduce((total, value, k) => total + value * (v[k] as number), 0);
    const rows = columns.map((column) => [...columns.map((other) => dot(column, other)), dot(column, right)]);
    rows.forEach((pivot, k) => {
      rows.forEach((other, j) => {
        if (j === k) return;
        const factor = (other[k] as number) / (pivot[k] as number);
        other.forEach((_, m) => {
          other[m] = (other[m] as number) - factor * (pivot[m] as number);
        });
      });
    });
    return rows.map((row, k) => (row.at(-1) as number) / (row[k] as number));
  }

  it('solves what normal equations solve', () => {
    const random = createRandom(4);
    for (const [rows, count] of [
      [1, 1],
      [5, 2],
      [20, 7],
    ] as const) {
      const columns = Array.from({ length: count }, () =>
        Array.from({ length: rows }, () => random.normal()),
      );
      const right = Array.from({ length: rows }, () => random.normal());
      const found = solveLeastSquares(
        columns.map((column) => Float64Array.from(column)),
        Float64Array.from(right),
      );
      expect([...found]).toEqual(normal(columns, right).map((value) => expect.closeTo(value, 9)));
    }
  });

  it('keeps its digits where normal equations lose them', () => {
    const t = Array.from({ length: 10 }, (_, k) => 1 + k * 1e-7);
    const columns = [Float64Array.from(t, () => 1), Float64Array.from(t)];
    const found = solveLeastSquares(
      columns,
      Float64Array.from(t, (value) => 3 - 2 * value),
    );
    expect(found[0]).toBeCloseTo(3, 6);
    expect(found[1]).toBeCloseTo(-2, 6);
  });

  it('gives a dependent column nothing and fits with the rest', () => {
    const one = Float64Array.of(1, 1, 1, 1);
    const t = Float64Array.of(0, 1, 2, 3);
    const columns = [one.slice(), one.map((v) => 2 * v), t.slice(), new Float64Array(4)];
    const found = solveLeastSquares(columns, Float64Array.of(5, 8, 11, 14));
    expect([...found].map((v) => Math.round(v * 1e9) / 1e9)).toEqual([5, 0, 3, 0]);
  });

  it('finds constants of a law that is not linear in them', () => {
    const t = Array.from({ length: 30 }, (_, k) => 0.5 + k / 10);
    const law = ([u, v, w]: Iterable<number>, x: number) =>
      (u as number) * x ** (v as number) + Math.exp(-(w as number) * x);
    const data = t.map((x) => law([2, -1.5, 0.3], x));
    const found = minimize(
      (parameters) => Float64Array.from(t, (x, k) => law(parameters, x) - (data[k] as number)),
      Float64Array.of(1.5, -1.2, 0.5),
    );
    expect([...(found?.parameters ?? [])]).toEqual([2, -1.5, 0.3].map((value) => expect.closeTo(value, 9)));
    expect(found?.error).toBeLessThan(1e-25);
  });

  it('never makes the error larger, and stops where nothing is finite', () => {
    const start = Float64Array.of(0.1);
    const stuck = minimize(
      ([k]) => Float64Array.of(1 + (k as number) ** 2, Math.cos(1e4 * (k as number))),
      start,
    );
    expect(stuck?.error).toBeLessThanOrEqual((1 + 0.01) ** 2 + Math.cos(1e3) ** 2);
    expect(minimize(() => undefined, start)).toBeUndefined();
  });
});
