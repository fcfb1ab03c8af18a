import { describe, expect, it, vi } from 'vitest';
import { formulaToSave, fit as searchFormula } from '../../src/fit/index.ts';
import { constant, evaluate } from '../../src/formula/index.ts';
import {
  formulaPredictor,
  loadFormula,
  loadSaved,
  readSafetensors,
  saveFormula,
  tableOf,
  writeSafetensors,
} from '../../src/io/index.ts';
import { createRandom } from '../../src/random.ts';
import { answers } from '../support/answers.ts';

// A search takes seconds, and minutes on a busy machine.
vi.setConfig({ testTimeout: 600_000 });

type Ranges = Readonly<Record<string, readonly [low: number, high: number]>>;
type Law = (row: Readonly<Record<string, number>>) => number;

/** Rows of a law, drawn uniformly, with noise relative to the spread of the target. */
function rowsOf(ranges: Ranges, law: Law, { rows = 60, seed = 1, reach = 1, noise = 0 } = {}) {
  const random = createRandom(seed, 0x1a);
  const columns: Record<string, number[]> = Object.fromEntries(Object.keys(ranges).map((name) => [name, []]));
  const y: number[] = [];
  while (y.length < rows) {
    const row = Object.fromEntries(
      Object.entries(ranges).map(([name, [low, high]]) => {
        const [middle, half] = [(low + high) / 2, (high - low) / 2];
        return [name, random.uniform(middle - reach * half, middle + reach * half)];
      }),
    );
    const value = law(row as Record<string, number>);
    if (!Number.isFinite(value)) continue;
    for (const [name, own] of Object.entries(row)) columns[name]?.push(own as number);
    y.push(value);
  }
  const mean = y.reduce((sum, value) => sum + value / rows, 0);
  const spread = Math.sqrt(y.reduce((sum, value) => sum + (value - mean) ** 2 / rows, 0));
  return { columns, y: noise ? y.map((value) => value + noise * spread * random.normal()) : y };
}

const tableFor = (ranges: Ranges, law: Law, options = {}) => {
  const { columns, y } = rowsOf(ranges, law, options);
  return tableOf({ ...columns, y });
};

/** Largest error of a formula on fresh rows, relative to their root mean square. */
function worstOf(formula: Parameters<typeof evaluate>[0], ranges: Ranges, law: Law, reach = 1): number {
  const { columns, y } = rowsOf(ranges, law, { seed: 99, reach });
  const flat = Float64Array.from(
    y.flatMap((_, row) => formula.variables.map((name) => columns[name]?.[row] as number)),
  );
  const size = Math.sqrt(y.reduce((sum, value) => sum + value * value, 0) / y.length);
  return evaluate(formula, flat).reduce(
    (worst, value, row) => Math.max(worst, Math.abs(value - (y[row] as number)) / size),
    0,
  );
}

const none = undefined;

// Of other fields and in other ranges than those that the search is measured on.
const laws: readonly (readonly [name: string, ranges: Ranges, law: Law])[] = [
  [
    'a product',
    { a: [2, 90], b: [0.1, 0.4], c: [3, 8] },
    ({ a, b, c }) => (0.37 * a! * Math.sqrt(b!)) / c! ** 2,
  ],
  ['Michaelis and Menten', { S: [0.1, 20], K: [1, 5], V: [2, 9] }, ({ S, K, V }) => (V! * S!) / (K! + S!)],
  ['Arrhenius', { T: [280, 700], E: [2e4, 8e4] }, ({ T, E }) => 3.1e7 * Math.exp(-E! / (8.314 * T!))],
  ['a lens maker', { n: [1.3, 1.9], R: [5, 20], Q: [8, 40] }, ({ n, R, Q }) => (n! - 1) * (1 / R! - 1 / Q!)],
  ['van der Waals', { T: [250, 500], V: [1, 9] }, ({ T, V }) => (8.314 * T!) / (V! - 0.3) - 13.6 / V! ** 2],
  [
    'a triangle',
    { a: [1, 4], b: [2, 6], t: [0.3, 2.8] },
    ({ a, b, t }) => Math.sqrt(a! ** 2 + b! ** 2 - 2 * a! * b! * Math.cos(t!)),
  ],
  ['a wave', { A: [1, 3], w: [1, 4], t: [0, 3] }, ({ A, w, t }) => A! * Math.cos(w! * t!)],
  ['compound interest', { p: [100, 900], r: [0.01, 0.12], n: [1, 30] }, ({ p, r, n }) => p! * (1 + r!) ** n!],
  [
    'the payment of a loan',
    { p: [1e3, 9e4], r: [0.002, 0.02], n: [12, 240] },
    ({ p, r, n }) => (p! * r!) / (1 - (1 + r!) ** -n!),
  ],
  [
    'a Hill curve',
    { v: [1, 6], s: [0.2, 9], k: [1, 4], n: [1, 4] },
    ({ v, s, k, n }) => (v! * s! ** n!) / (k! ** n! + s! ** n!),
  ],
  ['a charge', { V: [1, 9], t: [0.2, 5], k: [0.5, 4] }, ({ V, t, k }) => V! * (1 - Math.exp(-t! / k!))],
  [
    'below a root',
    { a: [1, 3], b: [4, 9], c: [1, 5] },
    ({ a, b, c }) => c! / Math.sqrt(b! ** 2 / a! ** 2 - 1),
  ],
  ['signs', { a: [-3, 3], b: [-2, 5] }, ({ a, b }) => a! ** 3 * b! - 2 * b!],
];

describe('the answer', () => {
  it.each(answers)('is the same wherever it is searched: $name', async ({ table, formula }) => {
    const result = await searchFormula(none, table, { target: 'y', seconds: 1e6 });
    expect(result).toMatchObject({ found: true, best: { text: formula } });
  });
});

describe('laws are found without a device', () => {
  it.each(laws)('%s', async (_, ranges, law) => {
    const result = await searchFormula(none, tableFor(ranges, law), { target: 'y', seconds: 1e4 });
    expect(result).toMatchObject({ found: true, exact: true, starts: 0 });
    const formula = result.best!.formula;
    expect(worstOf(formula, ranges, law)).toBeLessThan(1e-9);
    expect(worstOf(formula, ranges, law, 1.1)).toBeLessThan(1e-8);
  });

  it('with noise, of which no more is said than it bears', async () => {
    const ranges: Ranges = { a: [1, 9], b: [1, 9], c: [1, 4] };
    const result = await searchFormula(
      none,
      tableFor(ranges, ({ a, b, c }) => (2.5 * a! * b!) / c!, { noise: 0.05 }),
      {
        target: 'y',
        seconds: 1e4,
      },
    );
    expect(result).toMatchObject({ found: true, exact: false });
    expect(result.best?.text).toMatch(/^2\.(5|4\d*|5\d*) \* a \* b \/ c$/);
  });

  it('in tables of thirteen rows, and on small grids', async () => {
    const x = Array.from({ length: 13 }, (_, k) => 1 + k);
    const small = await searchFormula(none, tableOf({ x, y: x.map((value) => 3 / value + 2) }), {
      target: 'y',
    });
    expect(small).toMatchObject({ found: true, exact: true, split: { folds: true } });
    expect(small.best?.text).toBe('3 / x + 2');
    const grid = Array.from({ length: 20 }, (_, k) => [1 + (k % 5), 2 + Math.floor(k / 5)] as const);
    const result = await searchFormula(
      none,
      tableOf({
        n: grid.map(([n]) => n),
        d: grid.map(([, d]) => d),
        y: grid.map(([n, d]) => (3 * d) / n ** 2),
      }),
      { target: 'y' },
    );
    expect(result.best?.text).toBe('3 * d / n ^ 2');
  });

  it('where numbers are huge, or run through thirty decades', async () => {
    const random = createRandom(4);
    const a = Array.from({ length: 60 }, () => random.uniform(1, 9) * 1e120);
    const b = Array.from({ length: 60 }, () => random.uniform(1, 9) * 1e120);
    const huge = await searchFormula(
      none,
      tableOf({ a, b, y: a.map((value, k) => value * (b[k] as number)) }),
      {
        target: 'y',
      },
    );
    expect(huge.best?.text).toBe('a * b');
    const c = Array.from({ length: 60 }, () => 10 ** random.uniform(-15, 15));
    const wide = await searchFormula(
      none,
      tableOf({ b, c, y: c.map((value, k) => (b[k] as number) / value) }),
      {
        target: 'y',
      },
    );
    expect(wide.best?.text).toBe('b / c');
  });
});

describe('rows that fit nothing', () => {
  const ranges: Ranges = { x: [1, 9], z: [1, 9] };
  const { columns, y } = rowsOf(ranges, ({ x, z }) => x! * z!, { rows: 80 });
  it.each([
    ['a target a thousand times too large', 17, (table: Record<string, number[]>) => (table.y![17]! *= 1000)],
    ['an input with a slipped digit', 30, (table: Record<string, number[]>) => (table.x![30]! *= 10)],
    ['a number for a missing one', 41, (table: Record<string, number[]>) => (table.z![41] = -999)],
  ])('%s: the law is found and the row named', async (_, row, change) => {
    const table = structuredClone({ ...columns, y }) as Record<string, number[]>;
    change(table);
    const result = await searchFormula(none, tableOf(table), { target: 'y', seconds: 1e4 });
    expect(result.best?.text).toBe('x * z');
    expect(result.found).toBe(true);
    expect(result.notes.join()).toContain(`row ${row + 1} (y = `);
  });
});

describe('what is no law', () => {
  const random = createRandom(8);
  const x = Array.from({ length: 150 }, () => [random.uniform(1, 4), random.uniform(-2, 2)] as const);
  const weights = Array.from({ length: 12 }, () => [
    random.normal(),
    random.normal(),
    random.normal(),
    random.normal(),
  ]);
  it.each([
    ['noise', () => random.normal()],
    ['steps', (a: number, b: number) => Math.floor(2 * a) + 3 * Math.floor(b)],
    [
      'a smooth network',
      (a: number, b: number) =>
        weights.reduce((sum, [p, q, r, s]) => sum + s! * Math.tanh(2 * p! * a + 2 * q! * b + r!), 0),
    ],
  ])('is not found: %s', async (_, f) => {
    const table = tableOf({ a: x.map(([a]) => a), b: x.map(([, b]) => b), y: x.map(([a, b]) => f(a, b)) });
    const result = await searchFormula(none, table, { target: 'y', effort: 0.25, seconds: 1e4 });
    expect(result.found).toBe(false);
  });
});

describe('choices', () => {
  const ranges: Ranges = { a: [1, 3], b: [1, 3] };
  it('of functions, constants and size are kept to', async () => {
    const table = tableFor(ranges, ({ a, b }) => 1.234567 * a! * Math.exp(b!));
    const usual = await searchFormula(none, table, { target: 'y' });
    expect(usual.best?.text).toBe('1.234567 * exp(b) * a');
    const without = await searchFormula(none, table, { target: 'y', operators: ['sin', 'cos'], effort: 0.1 });
    expect(without.front.map(({ text }) => text).join()).not.toMatch(/exp|log|tanh/);
    const plain = await searchFormula(none, table, {
      target: 'y',
      constants: 0,
      maxComplexity: 5,
      effort: 0.1,
    });
    for (const { size } of plain.front) expect(size).toBeLessThanOrEqual(5);
    expect(plain.found).toBe(false);
  });

  it('of weights and errors decide where rows disagree', async () => {
    const rows = 60;
    const x = Array.from({ length: rows }, (_, k) => 1 + k / 10);
    const wrong = x.map((_, k) => k % 3 === 0);
    const y = x.map((value, k) => 2 * value + (wrong[k] ? 1 + (k % 7) : 0));
    const sd = wrong.map((is) => (is ? 1e6 : 1e-6));
    const byErrors = await searchFormula(none, tableOf({ x, y, sd }), {
      target: 'y',
      errors: 'sd',
      split: { kind: 'folds' },
      effort: 0.3,
    });
    expect(byErrors.front.map(({ text }) => text)).toContain('2 * x');
    const byWeights = await searchFormula(none, tableOf({ x, y, w: sd.map((value) => 1 / value ** 2) }), {
      ...{ target: 'y', weights: 'w', effort: 0.3 },
      split: { kind: 'folds' },
    });
    expect(byWeights.front.map(({ text }) => text)).toContain('2 * x');
    expect(byWeights.inputs).toEqual(['x']);
  });

  it('leave out a column that looks like errors, and proportional ones, and say so', async () => {
    const x = Array.from({ length: 50 }, (_, k) => 2 + k);
    const table = tableOf({
      x,
      mm: x.map((value) => 1000 * value),
      y_err: x.map((v) => v / 9),
      y: x.map((v) => v ** 2),
    });
    const { inputs, notes, best } = await searchFormula(none, table, { target: 'y' });
    expect(inputs).toEqual(['x']);
    expect(best?.text).toBe('x ^ 2');
    expect(notes.join(' ')).toContain("'mm' is 1000 times 'x'");
    expect(notes.join(' ')).toContain("'y_err' looks like the errors of 'y'");
  });
});

describe('what is saved', () => {
  it('is the formula that was printed, to the last digit', async () => {
    const ranges: Ranges = { 'mass (kg)': [1, 9], sec: [2, 5] };
    const law: Law = (row) => (1 / 3) * row['mass (kg)']! * Math.sin(row.sec!) ** 2;
    const result = await searchFormula(none, tableFor(ranges, law), { target: 'y' });
    const saved = formulaToSave(result, 'a test');
    const bytes = saveFormula(saved!);
    const loaded = loadFormula(bytes);
    expect(loadSaved(bytes)).toEqual(loaded);
    expect(loaded.notes).toMatchObject({ found: 'true', writtenBy: 'a test' });
    const x = Float64Array.from([3.5, 2.25, 1e-3, 40, 7, 0]);
    const wanted = evaluate(result.best!.formula, x);
    const predictor = formulaPredictor(loaded.formula);
    async function* batches() {
      yield x;
    }
    for await (const values of predictor.predictBatches(batches())) {
      for (const [k, value] of wanted.entries()) expect(values[k]).toBeCloseTo(value, 13);
    }
  });

  it('is refused where it is damaged', () => {
    const formula = { variables: ['a'], targets: ['y'], expressions: [] };
    expect(() => saveFormula({ formula })).toThrow('formula is an object; it must be a formula');
    const { tensors, metadata } = readSafetensors(
      saveFormula({ formula: { ...formula, expressions: [constant(1)] } }),
    );
    const damaged = { ...metadata, expressions: '[]' };
    expect(() => loadFormula(writeSafetensors({ tensors, metadata: damaged }))).toThrow(
      'expressions: must be a list',
    );
  });
});
