import { describe, expect, it } from 'vitest';
import { DataError, OptionError } from '../../src/errors.ts';
import {
  evaluate,
  type LayerParameters,
  printFormula,
  type Scaling,
  scaleRows,
  scalingOf,
  snapFormula,
  unscaleRows,
} from '../../src/formula/index.ts';
import { loadModel, saveModel } from '../../src/io/index.ts';
import {
  type ModelDescription,
  parameterNames,
  type ResolvedLayer,
  resolveModel,
} from '../../src/model/description.ts';
import { createRandom } from '../../src/random.ts';
import type { UnitName } from '../../src/units/descriptions.ts';

const ROWS = 200;

/** A law's rows in [low, high). */
const table = (inputs: number, low: number, high: number, law: (...x: number[]) => number, noise = 0) => {
  const random = createRandom(inputs);
  const rows = Array.from({ length: ROWS }, () =>
    Array.from({ length: inputs }, () => random.uniform(low, high)),
  );
  return {
    x: Float64Array.from(rows.flat()),
    y: Float64Array.from(rows, (row) => law(...row) + random.normal(noise)),
  };
};

/** Ŵ and M̂ for effective weights, which end within 1e-4 of whole ones. */
const nac = (...weights: number[]) => ({
  W_hat: weights.map((w) => 5.3 * w),
  M_hat: weights.map(() => 11),
});

interface Case {
  readonly name: string;
  readonly model: ModelDescription;
  readonly parameters: LayerParameters;
  readonly law: (...x: number[]) => number;
  readonly range: readonly [number, number];
  readonly text: string;
  readonly nonNegative?: readonly string[];
}

const one = (unit: UnitName, inputs: number): ModelDescription => ({
  inputs,
  layers: [{ unit, outputs: 1 }],
});

const cases: readonly Case[] = [
  {
    name: 'NAC',
    model: one('NAC', 3),
    parameters: [nac(1, 0, -1)],
    law: (a, _b, c) => a - c,
    range: [-2, 2],
    text: 'x0 - x2',
  },
  {
    name: 'NAU',
    model: one('NAU', 2),
    parameters: [{ W: [0.998, 1.003] }],
    law: (a, b) => a + b,
    range: [-2, 2],
    text: 'x0 + x1',
  },
  {
    name: 'NMU',
    model: one('NMU', 3),
    parameters: [{ W: [0.99, 0.01, 0.98] }],
    law: (a, _b, c) => a * c,
    range: [-2, 2],
    text: 'x0 * x2',
  },
  {
    name: 'NAC•, with inputs that are never negative',
    model: one('NAC•', 2),
    parameters: [nac(1, -1)],
    law: (a, b) => a / b,
    range: [1, 2],
    text: 'x0 / x1',
    nonNegative: ['x0', 'x1'],
  },
  {
    name: 'NAC•, with inputs of either sign',
    model: one('NAC•', 2),
    parameters: [nac(1, 1)],
    law: (a, b) => Math.abs(a * b),
    range: [-2, 2],
    text: 'abs(x0) * abs(x1)',
  },
  {
    name: 'NALU whose gate is shut',
    model: one('NALU', 2),
    parameters: [{ ...nac(1, 1), G: [-6, -6] }],
    law: (a, b) => a * b,
    range: [1, 2],
    text: 'x0 * x1',
    nonNegative: ['x0', 'x1'],
  },
  {
    name: 'NALU whose gate is open',
    model: one('NALU', 2),
    parameters: [{ ...nac(1, -1), G: [6, 6] }],
    law: (a, b) => a - b,
    range: [1, 2],
    text: 'x0 - x1',
  },
  {
    name: 'iNALU with the sign of a product',
    model: one('iNALU', 2),
    parameters: [
      {
        W_hat: [0, 0],
        M_hat: [0, 0],
        W_hat_mul: [5.3, 5.3],
        M_hat_mul: [11, 11],
        g: [-9],
      },
    ],
    law: (a, b) => a * b,
    range: [-2, 2],
    text: 'x0 * x1',
  },
  {
    name: 'RealNPU with a root and a quotient',
    model: one('RealNPU', 3),
    parameters: [{ W_re: [0.502, -1.01, 1.7], g: [0.99, 1.02, 0.004] }],
    law: (a, b) => Math.sqrt(a) / b,
    range: [0.5, 3],
    text: 'sqrt(x0) / x1',
    nonNegative: ['x0', 'x1'],
  },
  {
    name: 'RealNPU with inputs of either sign',
    model: one('RealNPU', 2),
    parameters: [{ W_re: [2.001, -0.999], g: [1, 1] }],
    law: (a, b) => (a * a) / b,
    range: [-3, -0.5],
    text: 'x0 ^ 2 / x1',
  },
  {
    name: 'NPU',
    model: one('NPU', 2),
    parameters: [{ W_re: [0.99, 1], W_im: [0.001, -0.002], g: [1, 1] }],
    law: (a, b) => a * b,
    range: [-3, 3],
    text: 'x0 * x1',
  },
  {
    name: 'NAU and NMU',
    model: {
      inputs: 4,
      layers: [
        { unit: 'NAU', outputs: 2 },
        { unit: 'NMU', outputs: 1 },
      ],
    },
    parameters: [{ W: [0.99, 0.01, 0.98, 0.02, 0.01, 0.99, -0.01, -1] }, { W: [0.99, 1] }],
    law: (a, b, c, d) => (a + b) * (c - d),
    range: [-2, 2],
    text: '(x0 + x1) * (x2 - x3)',
  },
  {
    name: 'RealNPU and Linear, whose constants are refined',
    model: {
      inputs: 2,
      layers: [
        { unit: 'RealNPU', outputs: 2 },
        { unit: 'Linear', outputs: 1 },
      ],
    },
    parameters: [
      { W_re: [1.98, 0.01, 0.01, 0.52], g: [1, 0.99] },
      { W: [0.45, -2.9], b: [1.1] },
    ],
    law: (a, b) => 0.47 * a * a - 3.125 * Math.sqrt(b) + 1,
    range: [0.5, 3],
    text: '0.47 * x0 ^ 2 - 3.125 * sqrt(x1) + 1',
    nonNegative: ['x0', 'x1'],
  },
  {
    name: 'RealNPU and Linear, with an exponent that is not simple',
    model: {
      inputs: 2,
      layers: [
        { unit: 'RealNPU', outputs: 1 },
        { unit: 'Linear', outputs: 1 },
      ],
    },
    parameters: [
      { W_re: [1.35, -0.99], g: [1, 1] },
      { W: [2.4], b: [0.02] },
    ],
    law: (a, b) => (2.5 * a ** 1.37) / b,
    range: [0.5, 3],
    text: '2.5 * x0 ^ 1.37 / x1',
    nonNegative: ['x0', 'x1'],
  },
];

describe('a snapped formula', () => {
  it.each(cases)('is the law: $name', ({ model, parameters, law, range, text, nonNegative = [] }) => {
    const data = table(model.inputs, ...range, law);
    const found = snapFormula(model, parameters, data);
    expect(printFormula(found.formula)).toEqual([text]);
    expect(found.nonNegative).toEqual(nonNegative);
    expect(found.errors.formula).toBeLessThan(1e-24);
    expect(found.errors.formula).toBeLessThan(found.errors.model);
    expect(found.tolerance).toBeGreaterThan(0);
  });

  it('is the law in the units of the table, whatever the model was trained on', () => {
    const data = table(2, 100, 5000, (a, b) => a * b);
    const inputScaling = [scalingOf(data.x), scalingOf(data.x)];
    const targetScaling = [scalingOf(data.y)] as [Scaling];
    const [s, t] = [inputScaling[0]?.scale as number, targetScaling[0].scale];
    const model = {
      inputs: 2,
      layers: [
        { unit: 'NMU' as const, outputs: 1 },
        { unit: 'Linear' as const, outputs: 1 },
      ],
    };
    const parameters = [{ W: [0.998, 1] }, { W: [((s * s) / t) * 1.001], b: [0.001] }];
    const found = snapFormula(model, parameters, data, {
      inputScaling,
      targetScaling,
      variables: ['U', 'I'],
      targets: ['P'],
    });
    expect(printFormula(found.formula)).toEqual(['U * I']);
    expect([...unscaleRows(scaleRows(data.x, inputScaling), inputScaling)]).toEqual([...data.x]);
  });

  it('keeps constants that are not simple, with the digits that the data bears', () => {
    const model = one('Linear', 2);
    const law = (a: number, b: number) => 1.234567890123 * a - 0.1 * b;
    const exact = snapFormula(model, [{ W: [1.2, -0.11], b: [0.01] }], table(2, -5, 5, law));
    expect(printFormula(exact.formula)).toEqual(['1.234567890123 * x0 - 0.1 * x1']);
    const noisy = snapFormula(model, [{ W: [1.2, -0.11], b: [0.01] }], table(2, -5, 5, law, 0.05));
    const [text] = printFormula(noisy.formula);
    expect(text).toMatch(/^1\.23\d? \* x0 - 0\.\d{1,2} \* x1( [+-] 0\.0\d+)?$/);
    expect(noisy.errors.formula).toBeLessThanOrEqual(noisy.errors.model);
    expect(noisy.errors.formula).toBeCloseTo(0.05 ** 2, 3);
  });

  it('does not snap what the data speaks against', () => {
    const data = table(2, -2, 2, (a, b) => 0.9 * a + 0.6 * b);
    const { formula, tolerance } = snapFormula(one('NAU', 2), [{ W: [0.9, 0.6] }], data);
    expect(printFormula(formula)).toEqual(['0.9 * x0 + 0.6 * x1']);
    expect(tolerance).toBeLessThanOrEqual(0.1);
  });

  it('has a constant only where it gains more than log(rows), in rows · log(mean squared error)', () => {
    const random = createRandom(9);
    const x = Float64Array.from({ length: ROWS }, () => random.uniform(-2, 2));
    const noise = Float64Array.from(x, () => random.normal(0.1));
    const squares = x.reduce((sum, value) => sum + value * value, 0);
    const share = x.reduce((sum, value, k) => sum + value * (noise[k] as number), 0) / squares;
    const rest = noise.map((value, k) => value - share * (x[k] as number));
    const noiseSquares = rest.reduce((sum, value) => sum + value * value, 0);
    const printed = (gain: number) => {
      const off = Math.sqrt((Math.exp(gain / ROWS) - 1) * (noiseSquares / squares));
      const y = x.map((value, k) => (1 - off) * value + (rest[k] as number));
      const { formula } = snapFormula(one('NAU', 1), [{ W: [1 - off] }], { x, y }, { slack: 0.1 });
      return printFormula(formula)[0];
    };
    expect(printed(0.9 * Math.log(ROWS))).toBe('x0');
    expect(printed(1.1 * Math.log(ROWS))).toMatch(/^0\.9\d* \* x0$/);
  });

  it('is never worse than the model, whatever the weights', () => {
    const random = createRandom(77);
    for (const unit of [
      'NALU',
      'iNALU',
      'RealNPU',
      'NMU',
      'NAC•',
      'Linear',
      'Dense tanh',
      'MulMCFC',
    ] as const) {
      for (let draw = 0; draw < 4; draw++) {
        const model = { inputs: 2, layers: [{ unit, outputs: 1 }] };
        const [layer] = resolveModel(model).layers;
        const drawn = parameterNames(layer as ResolvedLayer).map(({ name, shape }) => [
          name,
          Array.from({ length: shape.reduce((n, size) => n * size, 1) }, () => random.uniform(-1.5, 1.5)),
        ]);
        const parameters = [Object.fromEntries(drawn)];
        const data = table(2, 0.2, 3, (a, b) => a * b - a);
        const { errors, formula } = snapFormula(model, parameters, data);
        expect(errors.formula, unit).toBeLessThanOrEqual(errors.model);
        const difference = evaluate(formula, data.x).map((v, k) => v - (data.y[k] as number));
        const mean = difference.reduce((sum, v) => sum + v * v, 0) / ROWS;
        expect(mean, unit).toBeCloseTo(errors.formula, 9);
      }
    }
  });

  it('is a thing of its own for every target', () => {
    const model = { inputs: 2, layers: [{ unit: 'NAU' as const, outputs: 2 }] };
    const { x } = table(2, -2, 2, () => 0);
    const y = x.map((_, at) => {
      const [a, b] = x.subarray(2 * Math.floor(at / 2)) as unknown as [number, number];
      return at % 2 === 0 ? a + b : a - b;
    });
    const { formula } = snapFormula(model, [{ W: [1, 0.999, 1, -0.998] }], { x, y });
    expect(printFormula(formula)).toEqual(['x0 + x1', 'x0 - x1']);
    expect(formula.targets).toEqual(['y0', 'y1']);
  });

  it('takes the parameters of a model file as they are', () => {
    const model = one('NMU', 2);
    const file = saveModel({ model, parameters: [{ W: { data: [0.999, 1] } }] });
    const { parameters, model: read } = loadModel(file);
    const { formula } = snapFormula(
      read,
      parameters,
      table(2, -2, 2, (a, b) => a * b),
    );
    expect(printFormula(formula)).toEqual(['x0 * x1']);
  });

  it('is refused where the data does not fit', () => {
    const parameters = [{ W: [1, 1] }];
    const x = Float64Array.of(1, 2, 3, 4);
    const refused = (y: Float64Array, options = {}) =>
      expect(() => snapFormula(one('NAU', 2), parameters, { x, y }, options));
    refused(Float64Array.of(1)).toThrow(DataError);
    refused(Float64Array.of(1, Number.NaN)).toThrow('y, row 1, column 0: NaN is not a finite number');
    refused(Float64Array.of(1, 2), { tolerances: [0.7] }).toThrow(OptionError);
  });
});
