import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/random.ts';
import { describeUnit } from '../../src/units/descriptions.ts';
import { draw, type Initializer, torchLinear } from '../../src/units/initializers.ts';
import { recipeFor } from '../../src/units/recipe.ts';
import { findUnit, units } from '../../src/units/registry.ts';
import { strengthAt } from '../../src/units/regularizer.ts';

const parameterNames = (name: string): string[] => {
  const { edge, input = [], output = [] } = findUnit(name).shader(findUnit(name).options);
  return [...edge, ...input, ...output];
};

describe('records of units', () => {
  it('have different names, a summary, a formula and a paper', () => {
    expect(new Set(units.map((unit) => unit.name)).size).toBe(units.length);
    for (const { summary, formula, paper } of units.map(describeUnit)) {
      expect(paper.url).toMatch(paper.arxiv ? /^https:\/\/arxiv\.org\/abs\/\d{4}\.\d{4,5}$/ : /^https:\/\//);
      expect(summary).toMatch(/\.$/);
      expect(formula).toMatch(/ = /);
    }
  });

  it.each(units.map((unit) => unit.name))(
    '%s: every scheme of initial values covers every parameter',
    (name) => {
      const { initializations, initialization } = findUnit(name);
      expect(Object.keys(initializations)).toContain(initialization);
      for (const scheme of Object.values(initializations)) {
        expect(Object.keys(scheme).sort()).toEqual(parameterNames(name).sort());
      }
    },
  );

  it.each(units.map((unit) => unit.name))(
    '%s: effective weights have one value per edge, input or output',
    (name) => {
      const [inputs, outputs] = [3, 2];
      const { edge, input = [] } = findUnit(name).shader(findUnit(name).options);
      const parameters = Object.fromEntries(
        parameterNames(name).map((field) => {
          const size = edge.includes(field) ? inputs * outputs : input.includes(field) ? inputs : outputs;
          return [field, new Float32Array(size).fill(0.5)];
        }),
      );
      const weights = findUnit(name).weights(parameters, inputs, outputs);
      for (const rows of Object.values(weights)) {
        const shape = [rows.length, rows[0]?.length];
        expect([
          [inputs, outputs],
          [inputs, 1],
          [1, outputs],
        ]).toContainEqual(shape);
        expect(rows.flat().every(Number.isFinite)).toBe(true);
      }
      const error = findUnit(name).sparsityError(parameters, inputs, outputs);
      expect(error).toBeGreaterThanOrEqual(0);
      expect(error).toBeLessThanOrEqual(0.5);
    },
  );
});

describe('sparsity error', () => {
  const sparsity = (name: string, parameters: Record<string, number[]>, inputs: number, outputs: number) =>
    findUnit(name).sparsityError(parameters, inputs, outputs);

  it('is the largest distance to −1, 0 or 1', () => {
    expect(sparsity('NMU', { W: [1, 0.75, 0, 0.125] }, 2, 2)).toBe(0.25);
    expect(sparsity('NAU', { W: [-0.875, 1, 0, 3] }, 4, 1)).toBe(0.125);
    expect(sparsity('NAC', { W_hat: [20, 0], M_hat: [0, 5] }, 2, 1)).toBe(0.5);
    expect(sparsity('RealNPU', { W_re: [-1, 1], g: [0.5, 0.5] }, 2, 1)).toBe(0);
    expect(sparsity('Linear', { W: [2, 1], b: [0.3] }, 2, 1)).toBe(1);
  });

  it('is the mean over both paths of iNALU, both parts of NPU, and J and o of MCFC', () => {
    const inalu = { W_hat: [40], M_hat: [0], W_hat_mul: [40], M_hat_mul: [40], g: [0.1] };
    expect(sparsity('iNALU', inalu, 1, 1)).toBe(0.25);
    expect(sparsity('NPU', { W_re: [1, 0.5], W_im: [0, 0.25], g: [0.5, 1] }, 2, 1)).toBe(0.375);
    expect(sparsity('MCFC', { r: [0, 0], w: [0, 0], b: [0, 0] }, 1, 2)).toBe(0.5);
    const signed = { r: [7, 8], g: [0.5, 1], w: [0], b: [0], alpha: [0.25] };
    expect(sparsity('MulMCFC RealNPU sign', signed, 2, 1)).toBe((0 + 0.5) / 2);
  });

  it('is not a number when a weight is not', () => {
    expect(sparsity('NMU', { W: [1, Number.NaN, 0] }, 3, 1)).toBeNaN();
  });
});

describe('initial values', () => {
  const sample = (initializer: Initializer, count: number, inputs: number, outputs: number) =>
    draw(initializer, count, inputs, outputs, createRandom(5));
  const moments = (values: Float32Array) => {
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
    return {
      mean,
      deviation: Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length),
    };
  };
  const largest = (values: Float32Array) => values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  const [inputs, outputs] = [100, 200];
  const edges = inputs * outputs;

  it.each<[string, Initializer, number]>([
    ['PyTorch linear', torchLinear, 0.1],
    ['Kaiming', { kind: 'kaimingUniform', gain: Math.SQRT2 }, Math.sqrt(6 / 100)],
    ['Xavier', { kind: 'xavierUniform' }, Math.sqrt(6 / 300)],
    ['Xavier with gain', { kind: 'xavierUniform', gain: 5 / 3 }, (5 / 3) * Math.sqrt(6 / 300)],
    ['Xavier with limit', { kind: 'xavierUniform', limit: 0.05 }, 0.05],
  ])('%s: uniform up to its range', (_, initializer, range) => {
    const values = sample(initializer, edges, inputs, outputs);
    expect(largest(values)).toBeLessThanOrEqual(range * (1 + 1e-6));
    expect(largest(values)).toBeGreaterThan(0.999 * range);
    expect(moments(values).deviation / (range / Math.sqrt(3))).toBeCloseTo(1, 1);
  });

  it('normal: its mean and deviation', () => {
    const { mean, deviation } = moments(
      sample({ kind: 'normal', mean: 0.88, deviation: 0.2 }, edges, inputs, outputs),
    );
    expect(Math.abs(mean - 0.88)).toBeLessThan(0.01);
    expect(Math.abs(deviation - 0.2)).toBeLessThan(0.01);
    const xavier = moments(sample({ kind: 'xavierNormal' }, edges, inputs, outputs));
    expect(Math.abs(xavier.deviation / Math.sqrt(2 / 300) - 1)).toBeLessThan(0.05);
  });

  it.each([
    [7, 3],
    [3, 7],
    [5, 5],
  ])('orthogonal %i × %i: orthonormal along the shorter side', (rows, cols) => {
    const values = sample({ kind: 'orthogonal' }, rows * cols, rows, cols);
    const short = Math.min(rows, cols);
    const at = (line: number, k: number) =>
      (rows >= cols ? values[k * cols + line] : values[line * cols + k]) as number;
    for (let a = 0; a < short; a++) {
      for (let b = 0; b < short; b++) {
        let product = 0;
        for (let k = 0; k < Math.max(rows, cols); k++) product += at(a, k) * at(b, k);
        expect(Math.abs(product - (a === b ? 1 : 0))).toBeLessThan(1e-6);
      }
    }
  });

  it('identity: where inputs and outputs are equally many, else orthogonal', () => {
    expect([...sample({ kind: 'identity' }, 9, 3, 3)]).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1]);
    const column = sample({ kind: 'identity' }, 2, 2, 1);
    expect(Math.hypot(...column)).toBeCloseTo(1, 6);
  });

  it('orthogonal for a parameter per output: a unit vector, and 1 or −1 for one output', () => {
    expect(Math.hypot(...sample({ kind: 'orthogonal' }, 6, 4, 6))).toBeCloseTo(1, 6);
    const signs = Array.from({ length: 20 }, (_, seed) =>
      draw({ kind: 'orthogonal' }, 1, 4, 1, createRandom(seed)).map(Math.sign),
    ).flatMap((values) => [...values]);
    expect(new Set(signs)).toEqual(new Set([1, -1]));
  });
});

describe('recipes', () => {
  it('are those of the task and the operation, or else the unit’s own', () => {
    const strength = (name: string, task: 'arithmetic' | 'singleModule', operation: 'add' | 'mul' | 'div') =>
      recipeFor(findUnit(name), task, operation).regularizer?.strength;
    expect(strength('NAU', 'arithmetic', 'add')).toBe(0.01);
    expect(strength('NAU', 'arithmetic', 'mul')).toBe(10);
    expect(strength('NPU', 'singleModule', 'mul')).toBe(1e-5);
    expect(strength('NPU', 'singleModule', 'div')).toBe(1e-7);
    expect(strength('NALU', 'singleModule', 'add')).toBeUndefined();
    expect(recipeFor(findUnit('NMU'), 'singleModule', 'mul')).toBe(findUnit('NMU').recipe);
  });

  it('of NPU raises its strength tenfold every 10 000 steps up to its end', () => {
    const { regularizer } = recipeFor(findUnit('NPU'), 'singleModule', 'mul');
    if (!regularizer) throw new Error('NPU has a regulariser');
    const at = (step: number) => strengthAt(regularizer, step);
    [at(0), at(9_999), at(10_000), at(20_000), at(50_000)].forEach((strength, index) => {
      expect(strength / ([1e-7, 1e-7, 1e-6, 1e-5, 1e-5][index] as number)).toBeCloseTo(1, 12);
    });
  });

  it('of iNALU applies its penalty late, and only while the validation error is small', () => {
    const { regularizer } = findUnit('iNALU').recipe;
    if (!regularizer) throw new Error('iNALU has a regulariser');
    expect(strengthAt(regularizer, 10_000, 0.5)).toBe(0);
    expect(strengthAt(regularizer, 10_001, 0.5)).toBe(0.05);
    expect(strengthAt(regularizer, 10_001, 1)).toBe(0);
    expect(strengthAt(regularizer, 10_001)).toBe(0);
  });
});
