import { describe, expect, it, vi } from 'vitest';
import { evaluate } from '../../src/expression/evaluate.ts';
import { constantsOf, type Expression } from '../../src/expression/tree.ts';
import { candidateOf, type PartedRows } from '../../src/fit/candidate.ts';
import { errorsOf } from '../../src/fit/errors.ts';
import { codeLength, distinctRows, information } from '../../src/fit/evidence.ts';
import { grows } from '../../src/fit/growth.ts';
import { fit as searchFormula } from '../../src/fit/index.ts';
import { leftOutBy } from '../../src/fit/left-out.ts';
import { polished } from '../../src/fit/polish.ts';
import { type Refit, refitOf } from '../../src/fit/refit.ts';
import { parseExpression } from '../../src/formula/index.ts';
import { unscaled } from '../../src/formula/scaling.ts';
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
  const formula = '2.1 * exp(-0.52 * t) + 0.9';
  /** Rows t in [0, 4), those above 3 outside, with noise that is the same on all rows or relative to the value. */
  const tableFor = (
    seed: number,
    rows: number,
    law: (t: number) => number,
    relative: boolean,
  ): PartedRows => {
    const random = createRandom(seed, 1);
    const t = Float64Array.from({ length: rows }, (_, row) => (4 * (row + random.uniform())) / rows);
    const y = t.map((at) => law(at) + 0.03 * (relative ? law(at) : 1) * random.normal());
    const part = (isOutside: boolean) => {
      const chosen = [...t.keys()].filter((row) => (t[row] as number) > 3 === isOutside);
      return {
        x: Float64Array.from(chosen, (row) => t[row] as number),
        y: Float64Array.from(chosen, (row) => y[row] as number),
      };
    };
    return {
      ...{ inputs: ['t'], target: 'y', inputScaling: [unscaled], targetScaling: unscaled },
      ...{ inside: part(false), outside: part(true) },
    };
  };
  const candidate = (text: string, rows: PartedRows) =>
    candidateOf(parseExpression(text, ['t']), rows, { architecture: '', trained: undefined });
  const rate = (rows: number, law: (t: number) => number, relative = false, text = formula): number => {
    let more = 0;
    const seeds = 50;
    for (let seed = 0; seed < seeds; seed++) {
      const table = tableFor(seed, rows, law, relative);
      if (grows(refitOf(candidate(text, table), table) as Refit, table)) more++;
    }
    return more / seeds;
  };

  it.each([[40], [200]])(
    'of a law are larger by chance in few tables, though its constants are fitted: %i rows',
    (rows) => {
      expect(rate(rows, (t) => 2 * Math.exp(-0.5 * t) + 1)).toBeLessThanOrEqual(0.03);
      expect(
        rate(rows, (t) => 5 * Math.exp(-0.9 * t) + 0.4, false, '4.9 * exp(-0.85 * t) + 0.3'),
      ).toBeLessThanOrEqual(0.03);
      expect(
        rate(rows, (t) => 30 * Math.exp(-0.8 * t) + 0.2, true, '31 * exp(-0.81 * t) + 0.22'),
      ).toBeLessThanOrEqual(0.03);
    },
  );

  it('of a curve that only comes near inside are larger', () => {
    expect(rate(200, (t) => 3 - 0.9 * t + 0.35 * Math.sin(2 * t))).toBeGreaterThan(0.9);
    expect(rate(200, (t) => (t < 3 ? 2 * Math.exp(-0.5 * t) + 1 : 1.1))).toBeGreaterThan(0.9);
  });

  it('are known in folds of any number of rows', () => {
    const rows = tableFor(3, 3000, (t) => 2 * Math.exp(-0.5 * t) + 1, false);
    const inside = { x: rows.inside.x, y: rows.inside.y };
    const table: PartedRows = { ...rows, inside, outside: inside, folds: true };
    const bends = candidateOf(
      parseExpression(formula, ['t']),
      table,
      { architecture: '', trained: undefined },
      inside.y.map((value) => value + 0.2),
    );
    const refit = refitOf(bends, table) as Refit;
    expect(Math.sqrt(refit.outside / refit.inside)).toBeGreaterThan(5);
    expect(grows(refit, table)).toBe(true);
    expect(leftOutBy(refit, table)?.every(Number.isFinite)).toBe(true);
  });

  it('are weighed by the noise: the constants of the fit to all rows are those of the law', () => {
    const law = (t: number) => 30 * Math.exp(-1.3 * t);
    let off = 0;
    for (let seed = 0; seed < 20; seed++) {
      const table = tableFor(seed, 80, law, true);
      const { whole } = refitOf(candidate('20 * exp(-t * 1.1)', table), table) as Refit;
      const [, rate] = constantsOf(whole)
        .map(({ value }) => Math.abs(value))
        .sort((a, b) => b - a) as [number, number];
      off += Math.abs(rate - 1.3) / 20;
    }
    expect(off).toBeLessThan(0.01);
  });

  it('are those of the rows held out where the constants shown are fitted to all', () => {
    const law = (t: number) => 2 * Math.exp(-0.5 * t) + 1;
    const table = tableFor(5, 60, law, false);
    const before = candidate('2.1 * exp(-0.45 * t) + 0.9', table);
    const after = polished(before, table);
    expect(after.fittedToAll).toBe(true);
    const errors = (given: Float64Array) => errorsOf(given, table.outside.y).rmsRelativeError;
    const { inner, whole } = refitOf(before, table) as Refit;
    const of = (expression: Expression) =>
      evaluate({ ...after.formula, expressions: [expression] }, table.outside.x);
    expect(after.outside.rmsRelativeError).toBeCloseTo(errors(of(inner)), 12);
    expect(errors(evaluate(after.formula, table.outside.x))).toBeCloseTo(errors(of(whole)), 2);
    // No more digits than the noise allows, and no fewer than are needed.
    const joint = (given: Expression) =>
      errorsOf(evaluate({ ...after.formula, expressions: [given] }, table.inside.x), table.inside.y)
        .rmsRelativeError;
    expect(joint(after.formula.expressions[0] as Expression)).toBeLessThan(1.02 * joint(whole));
    expect(after.text.length).toBeLessThan(35);
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

describe('one row that contradicts the others', () => {
  const table = (
    seed: number,
    law: (a: number, b: number) => number,
    noise: number,
    wrong: 'digit' | 'input' | 'offset',
  ) => {
    const random = createRandom(seed, 0xbad);
    const a = Array.from({ length: 60 }, () => random.uniform(1, 10));
    const b = a.map(() => random.uniform(1, 10));
    const y = a.map((value, row) => law(value, b[row] as number) * (1 + noise * random.normal()));
    const bad = Math.floor(random.uniform(0, 60));
    if (wrong === 'digit') y[bad] = 10 * (y[bad] as number);
    else if (wrong === 'offset') y[bad] = (y[bad] as number) + 0.4 * Math.max(...y);
    else a[bad] = 3 * (a[bad] as number);
    return { bad, given: tableOf({ a, b, y }) };
  };
  const ratio = (a: number, b: number) => (2.5 * a) / b + 1;
  const decay = (a: number, b: number) => 20 * Math.exp(-0.3 * a) * b;
  it.each([
    ['offset', ratio, 0, /^2\.5 \* a \/ b \+ 1$/],
    ['input', ratio, 0, /^2\.5 \* a \/ b \+ 1$/],
    ['digit', ratio, 0.02, /^2\.\d+ \* a \/ b \+ (1|0\.9\d*|1\.0\d*)$/],
    ['digit', decay, 0, /^20 \* exp\(-0\.3 \* a\) \* b$/],
  ] as const)('is named, and hides no law: %s', async (wrong, law, noise, expected) => {
    let right = 0;
    for (const seed of noise > 0 ? [1] : [1, 2, 3]) {
      const { bad, given } = table(seed, law, noise, wrong);
      const { found, best, notes } = await searchFormula(none, given, { target: 'y', seconds: 1e6 });
      if (!found) continue;
      expect(best?.text).toMatch(expected);
      expect(notes.join(' ')).toContain(`row ${bad + 1} (`);
      right++;
    }
    expect(right).toBeGreaterThanOrEqual(noise > 0 ? 1 : 2);
  });

  it('is not there where noise grows with what is measured', async () => {
    for (const seed of [1, 2]) {
      const random = createRandom(seed, 0x90);
      const a = Array.from({ length: 120 }, () => 10 ** random.uniform(0, 3));
      const y = a.map((value) => 3 * value ** 1.5 * (1 + 0.05 * random.normal()));
      const { found, notes } = await searchFormula(none, tableOf({ a, y }), { target: 'y', seconds: 1e6 });
      expect(found).toBe(true);
      expect(notes.join(' ')).not.toContain('set aside');
    }
  });
});

describe('noise in few rows', () => {
  it('leaves the law that is nearest by its likelihood, or none', async () => {
    const laws: readonly [(t: number) => number, number, number, RegExp][] = [
      [(t) => 2.006 * Math.sqrt(t), 0.1, 2, /^(2|2\.\d+|1\.9\d*) \* sqrt\(t\)$/],
      [(t) => 11.8 * Math.exp(-t / 3.4), 0.2, 12, /^1\d(\.\d+)? \* exp\(-0\.\d+ \* t\)$/],
      [(t) => (12.5 * t) / (3.2 + t), 0.5, 20, /t|\//],
    ];
    let right = 0;
    for (const [law, low, high, form] of laws) {
      for (const seed of [1, 2]) {
        const random = createRandom(seed, 0x20);
        const t = Array.from({ length: 60 }, () => random.uniform(low, high));
        const y = t.map((at) => law(at) * (1 + 0.02 * random.normal()));
        const { found, best } = await searchFormula(none, tableOf({ t, y }), { target: 'y', seconds: 1e6 });
        if (!found || !best) continue;
        expect(best.text).toMatch(form);
        right++;
        // Near in twice the range too, within a few times the noise.
        const far = Float64Array.from({ length: 20 }, (_, k) => low + ((2 * high - low) * (k + 1)) / 20);
        const size = Math.max(...y);
        for (const [k, value] of evaluate(best.formula, far).entries())
          expect(Math.abs(value - law(far[k] as number))).toBeLessThan(0.1 * size);
      }
    }
    expect(right).toBeGreaterThanOrEqual(4);
  });
});

describe('the linear fit of a small table', () => {
  it('predicts each row from the others, as the formula does', async () => {
    const x = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
    const y = x.map((value) => value ** 3);
    const { baselines, split } = await searchFormula(none, tableOf({ x, y }), { target: 'y' });
    expect(split.folds).toBe(true);
    const predicted = x.map((own, row) => {
      const others = x.map((_, at) => at).filter((at) => at % 5 !== row % 5);
      const mean = (of: readonly number[]) =>
        others.reduce((sum, at) => sum + (of[at] as number) / others.length, 0);
      const [meanX, meanY] = [mean(x), mean(y)];
      const slope =
        mean(x.map((value, at) => (value - meanX) * ((y[at] as number) - meanY))) /
        mean(x.map((value) => (value - meanX) ** 2));
      return meanY + slope * (own - meanX);
    });
    const expected = errorsOf(predicted, Float64Array.from(y));
    expect(baselines.linear.outOfRange.rmsRelativeError).toBeCloseTo(expected.rmsRelativeError, 9);
    expect(baselines.linear.outOfRange.rmsRelativeError).toBeGreaterThan(
      baselines.linear.inRange.rmsRelativeError,
    );
  });
});
