import { describe, expect, it } from 'vitest';
import { power, product, sum } from '../../src/expression/simplify.ts';
import type { Expression } from '../../src/expression/tree.ts';
import { constant, variable, variablesOf } from '../../src/expression/tree.ts';
import { parseArchitecture } from '../../src/fit/architectures.ts';
import { linearBaseline } from '../../src/fit/baselines.ts';
import { candidateOf, criterionOf, type PartedRows } from '../../src/fit/candidate.ts';
import { prepareData } from '../../src/fit/data.ts';
import { roundPowers } from '../../src/fit/powers.ts';
import { pickRows } from '../../src/fit/rows.ts';
import { scaleColumn, scaleColumns } from '../../src/fit/scale.ts';
import { splitRows } from '../../src/fit/split.ts';
import { structureOf } from '../../src/fit/structure.ts';
import { prune } from '../../src/fit/terms.ts';
import { judge } from '../../src/fit/verdict.ts';
import { type Table, tableOf } from '../../src/io/index.ts';
import { initialParameters, resolveModel } from '../../src/model/description.ts';
import { createRandom } from '../../src/random.ts';

const [a, b, c] = [variable(0, 'positive'), variable(1, 'positive'), variable(2, 'positive')];
const times = (value: number, ...factors: Expression[]) => product(constant(value), ...factors);
const to = (base: Expression, exponent: number) => power(base, constant(exponent));

function part(table: Table, target: string): PartedRows {
  const data = prepareData(table, { target });
  const { inside, outside } = splitRows(data, { kind: 'magnitude' }, 1);
  const width = data.inputs.length;
  const of = (rows: readonly number[]) => ({
    x: pickRows(data.x, width, rows),
    y: pickRows(data.y, 1, rows),
  });
  return {
    inputs: data.inputs,
    target,
    inputScaling: scaleColumns(data.x, width),
    targetScaling: scaleColumn(data.y),
    inside: of(inside),
    outside: of(outside),
  };
}

const columns = (f: (a: number, b: number, c: number, noise: number) => number, count = 200, seed = 5) => {
  const random = createRandom(seed);
  const rows = Array.from(
    { length: count },
    () => [1, 2, 3].map(() => random.uniform(1, 9)) as [number, number, number],
  );
  return tableOf({
    a: rows.map(([value]) => value),
    b: rows.map(([, value]) => value),
    c: rows.map(([, , value]) => value),
    y: rows.map(([p, q, r]) => f(p, q, r, random.normal())),
  });
};

const model = parseArchitecture('RealNPU(2) -> Linear');
function candidate(expression: Expression, rows: PartedRows) {
  const description = model.model(rows.inputs.length);
  const resolved = resolveModel(description);
  const parameters = Float32Array.from(
    resolved.layers.flatMap((_, k) => [...initialParameters(resolved, k)]),
  );
  return candidateOf(expression, rows, {
    architecture: model.name,
    trained: { model: description, parameters },
  });
}
const judged = (expression: Expression, rows: PartedRows) =>
  judge(candidate(expression, rows), rows, [linearBaseline(rows)]);

describe('architectures', () => {
  it('are read from text, with the width where none is given', () => {
    expect(parseArchitecture('NMU -> NAU(3) → Linear', 4).name).toBe('NMU(4) → NAU(3) → Linear');
    expect(parseArchitecture('NAC*').name).toBe('NAC•');
    expect(parseArchitecture('RealNPU(2) -> Linear').model(3)).toMatchObject({
      inputs: 3,
      layers: [
        { unit: 'RealNPU', outputs: 2 },
        { unit: 'Linear', outputs: 1 },
      ],
    });
  });

  it.each([
    ['NMU(2)', 'NMU has 2 outputs; the last layer must have 1'],
    ['NMU(0) -> Linear', 'NMU has 0 outputs; a hidden layer may have 1 to 64'],
    ['Quadratic -> Linear', "there is no unit 'Quadratic'"],
    ['NMU ->', "there is no unit ''"],
  ])('%s is refused', (text, message) => {
    expect(() => parseArchitecture(text)).toThrow(message);
  });
});

describe('superfluous terms', () => {
  const pruned = (expression: Expression, table: Table) => {
    const { inside } = part(table, 'y');
    return candidate(prune(expression, { x: inside.x, width: 3, y: inside.y }), part(table, 'y')).text;
  };
  const rough = sum(
    times(2.9, a, b),
    times(0.2, c),
    times(0.01, to(a, 2)),
    times(1.1, to(b, -1)),
    constant(0.3),
  );

  it('go where there is no noise, and the rest is exact', () => {
    expect(
      pruned(
        rough,
        columns((p, q) => 3.25 * p * q),
      ),
    ).toBe('3.25 * a * b');
    expect(
      pruned(
        rough,
        columns((p, q, r) => 3.25 * p * q + r / 7 - 2),
      ),
    ).toBe('3.25 * a * b + 0.14285714286 * c - 2');
  });

  it('go where there is noise, whatever its size, and constants are as short as it allows', () => {
    expect(
      pruned(
        rough,
        columns((p, q, _, noise) => 3.2 * p * q + 0.5 * noise),
      ),
    ).toBe('3.2 * a * b');
    expect(
      pruned(
        rough,
        columns((p, q, _, noise) => 3.2 * p * q * (1 + 0.02 * noise)),
      ),
    ).toBe('3.2 * a * b');
  });

  it('stay from a gain of log(rows) on, in rows · log(mean squared error), and go below', () => {
    const rows = 100;
    const random = createRandom(5);
    const drawn = () => Float64Array.from({ length: rows }, () => random.normal(1));
    // Three columns at right angles: what the second explains beside the first is known exactly.
    const [first, second, rest] = [drawn(), drawn(), drawn()];
    const dot = (u: Float64Array, v: Float64Array) =>
      u.reduce((sum, value, k) => sum + value * (v[k] as number), 0);
    const without = (u: Float64Array, v: Float64Array) => {
      const share = dot(u, v) / dot(v, v);
      u.forEach((value, k) => {
        u[k] = value - share * (v[k] as number);
      });
    };
    without(second, first);
    without(rest, first);
    without(rest, second);
    const x = Float64Array.from({ length: 2 * rows }, (_, k) => (k % 2 ? second : first)[k >> 1] as number);
    const kept = (gain: number) => {
      const share = Math.sqrt((Math.exp(gain / rows) - 1) * (dot(rest, rest) / dot(second, second)));
      const y = first.map((value, k) => 2 * value + share * (second[k] as number) + (rest[k] as number));
      const pruned = prune(sum(times(2, a), times(1, b)), { x, width: 2, y });
      return variablesOf(pruned).length;
    };
    expect(kept(0.9 * Math.log(rows))).toBe(1);
    expect(kept(1.1 * Math.log(rows))).toBe(2);
  });

  it('stay where they explain something', () => {
    expect(
      pruned(
        rough,
        columns((p, q, r, noise) => 3 * p * q + 2 * r + 0.5 * noise),
      ),
    ).toMatch(/^3 \* a \* b \+ (2|1\.9|2\.1)\d* \* c$/);
  });
});

describe('powers', () => {
  it('near to halves become those, in every part of a formula', () => {
    const expression = sum(times(2, to(a, 1.93), to(b, -0.56)), to(sum(a, c), 0.25));
    const rows = part(
      columns((p) => p),
      'y',
    );
    expect(candidate(roundPowers(expression), rows).text).toBe('(a + c) ^ 0.25 + 2 * a ^ 2 / sqrt(b)');
  });
});

describe('residuals', () => {
  const random = createRandom(3);
  const x = Float64Array.from({ length: 300 }, () => random.uniform(0, 1));
  const noise = x.map(() => random.normal());
  it('that are noise are taken for it, also where it grows', () => {
    expect(structureOf(x, 1, noise).significant).toBe(false);
    expect(structureOf(x, 2, noise.slice(0, 150)).significant).toBe(false);
    expect(
      structureOf(
        x,
        1,
        noise.map((value, k) => value * (x[k] as number) ** 4),
      ).significant,
    ).toBe(false);
  });
  it('that bend are not', () => {
    expect(
      structureOf(
        x,
        1,
        x.map((value) => Math.sin(9 * value)),
      ).significant,
    ).toBe(true);
    expect(
      structureOf(
        x,
        1,
        x.map((value, k) => Math.sin(9 * value) + 0.5 * (noise[k] as number)),
      ).significant,
    ).toBe(true);
  });
});

/** −2 log of the density of `errors` where each is normal with its own deviation, without the constant. */
const deviance = (errors: Float64Array, deviations: Float64Array) =>
  errors.reduce((sum, error, k) => {
    const deviation = deviations[k] as number;
    return sum + 2 * Math.log(deviation) + (error / deviation) ** 2;
  }, 0);
const rms = (values: Float64Array) => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);

describe('the order of candidates', () => {
  it('is by −2 log likelihood and size · log(rows), with noise that grows or does not, whichever is likelier', () => {
    const y = Float64Array.from({ length: 61 }, (_, k) => 10 ** (-k / 20));
    const growing = y.map((value, k) => value * (1 + (k % 2 ? 0.05 : -0.04)));
    const shifted = y.map((value, k) => value + (k % 3 ? 0.015 : -0.02));
    const errorsOfGrowing = growing.map((value, k) => value - (y[k] as number));
    const relative = rms(errorsOfGrowing.map((error, k) => error / (growing[k] as number)));
    const errorsOfShifted = shifted.map((value, k) => value - (y[k] as number));
    const expected =
      deviance(
        errorsOfGrowing,
        growing.map((value) => relative * value),
      ) -
      deviance(
        errorsOfShifted,
        y.map(() => rms(errorsOfShifted)),
      );
    const criteria = criterionOf(growing, y, 7) - criterionOf(shifted, y, 4);
    expect(criteria).toBeCloseTo(expected + 3 * Math.log(61), 8);
  });

  it('is that of their size where they are exact, and of their error where they are not', () => {
    const y = Float64Array.from({ length: 50 }, (_, k) => k + 1);
    const off = (share: number) => y.map((value, k) => value * (1 + (k % 2 ? share : -share)));
    expect(criterionOf(y, y, 3)).toBeLessThan(criterionOf(y, y, 5));
    expect(criterionOf(off(1e-13), y, 3)).toBeLessThan(criterionOf(y, y, 5));
    expect(criterionOf(off(0.01), y, 9)).toBeLessThan(criterionOf(off(0.02), y, 3));
    expect(criterionOf(off(0.01), y, 3)).toBeLessThan(criterionOf(off(0.0101), y, 9));
    expect(
      criterionOf(
        y.map(() => Number.NaN),
        y,
        3,
      ),
    ).toBe(Number.POSITIVE_INFINITY);
  });

  it('sees small values where noise grows with them', () => {
    const y = Float64Array.from({ length: 60 }, (_, k) => 10 ** (-k / 20));
    const growing = y.map((value, k) => value * (1 + (k % 2 ? 0.05 : -0.05)));
    const shifted = y.map((value, k) => value + (k % 2 ? 0.015 : -0.015));
    expect(criterionOf(growing, y, 5)).toBeLessThan(criterionOf(shifted, y, 5));
  });
});

describe('the verdict', () => {
  it('believes what is exact, and what leaves noise alone', () => {
    const exact = part(
      columns((p, q, r) => (p * q) / r ** 2),
      'y',
    );
    expect(judged(product(a, b, to(c, -2)), exact)).toMatchObject({ found: true, exact: true });
    const noisy = part(
      columns((p, q, r, noise) => ((p * q) / r ** 2) * (1 + 0.02 * noise)),
      'y',
    );
    const verdict = judged(product(a, b, to(c, -2)), noisy);
    expect(verdict).toMatchObject({ found: true, exact: false });
    expect(verdict.reason).toContain('looks like noise');
    const line = part(
      columns((p, q, _, noise) => 2 * p - q + 0.1 * noise),
      'y',
    );
    expect(judged(sum(times(2, a), times(-1, b)), line)).toMatchObject({ found: true, exact: false });
  });

  it.each([
    ['a constant', constant(50), columns((_, __, ___, noise) => 50 + 10 * noise), 'is a constant'],
    [
      'chance',
      sum(times(0.4, a), constant(48)),
      columns((_, __, ___, noise) => 50 + 10 * noise),
      'unexplained',
    ],
    [
      'what bends with the data',
      sum(times(1.6, to(a, 1.5)), constant(-0.6)),
      columns((p, _, __, noise) => 0.35 * p ** 2 + (p < 7 ? 0.7 * p : 0) + 0.01 * noise),
      'outside',
    ],
    [
      'what is near to a smooth law',
      sum(times(0.2, product(a, b)), times(1.1, a), constant(1.2)),
      columns((p, q) => 0.2 * p * q + 1.1 * p + 1.2 + 0.3 * Math.sin(2 * p) * Math.cos(q / 2)),
      'is not noise',
    ],
    [
      'what a line does as well',
      product(times(0.5, a), to(b, 0.02)),
      columns((p, _, __, noise) => 0.5 * p + 0.2 * noise),
      'hardly better than a linear fit',
    ],
  ])('refuses %s', (_, expression, table, reason) => {
    const verdict = judged(expression, part(table, 'y'));
    expect(verdict.found).toBe(false);
    expect(verdict.reason).toContain(reason);
  });

  it('refuses more constants than the rows can bear', () => {
    const rows = part(
      columns((p, q, r) => p + q + r, 20),
      'y',
    );
    const many = sum(...[0.3, 0.7, 1.3, 1.7].map((e) => times(1.1 + e, to(a, e))));
    expect(judged(many, rows).reason).toContain('anything would fit');
  });
});
