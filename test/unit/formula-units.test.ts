import { describe, expect, it } from 'vitest';
import { FormulaError, OptionError } from '../../src/errors.ts';
import { evaluate, formulaOf, printFormula } from '../../src/formula/index.ts';
import { toMatrix } from '../../src/model/data.ts';
import { type ModelDescription, parameterNames, resolveModel } from '../../src/model/description.ts';
import { predict64 } from '../../src/model/evaluate.ts';
import { splitParameters } from '../../src/model/weights.ts';
import { createRandom } from '../../src/random.ts';
import { defineUnit } from '../../src/units/define.ts';
import { findUnit, units } from '../../src/units/registry.ts';
import { relativeError } from '../support/compare.ts';

const ROWS = 60;

/** Rows of float32 of either sign, some of them zero. */
const rowsFor = (inputs: number, seed: number): Float32Array => {
  const random = createRandom(seed);
  return Float32Array.from({ length: ROWS * inputs }, (_, k) => (k % 11 === 5 ? 0 : random.uniform(-2, 2)));
};

/** Parameters of a model and the same for each layer by name. */
const parametersFor = (description: ModelDescription, value: (k: number) => number) => {
  const model = resolveModel(description);
  let k = 0;
  const layers = model.layers.map((layer) => {
    const count = parameterNames(layer).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
    return Float32Array.from({ length: count }, () => value(k++));
  });
  const flat = Float32Array.from(layers.flatMap((values) => [...values]));
  return {
    model,
    flat,
    layers: model.layers.map((layer, index) => splitParameters(layer, layers[index] as Float32Array)),
  };
};

const compare = (description: ModelDescription, value: (k: number) => number, seed: number) => {
  const { model, flat, layers } = parametersFor(description, value);
  const x = rowsFor(description.inputs, seed);
  const expected = predict64(model, flat, toMatrix('x', x, description.inputs));
  const formula = formulaOf(description, layers);
  return relativeError(evaluate(formula, Float64Array.from(x)), expected ?? []);
};

describe.each(units.map(({ name }) => name))('the formula of %s', (unit) => {
  it.each([
    [1, 1],
    [3, 2],
    [5, 1],
  ])('is what the layer computes in float64: %i inputs, %i outputs', (inputs, outputs) => {
    const random = createRandom(inputs);
    const description = { inputs, layers: [{ unit, outputs }] };
    for (let draw = 0; draw < 3; draw++) {
      expect(compare(description, () => random.uniform(-2, 2), draw)).toBeLessThanOrEqual(1e-11);
    }
  });

  it('is what the layer computes where its parameters are simple', () => {
    const random = createRandom(99);
    // Where tanh and σ are between, ±40 is as good as ±1; where nothing is, it would be a power of 40.
    const squashed = findUnit(unit).shader(findUnit(unit).options).edge.includes('W_hat');
    const values = [-2, -1, -0.5, 0, 0.5, 1, 2, ...(squashed ? [-40, 40] : [])];
    const simple = () => values[random.integer(values.length)] as number;
    const description = { inputs: 3, layers: [{ unit, outputs: 2 }] };
    for (let draw = 0; draw < 6; draw++)
      expect(compare(description, simple, draw)).toBeLessThanOrEqual(1e-11);
  });
});

describe('the formula of a model', () => {
  it('goes through all layers, with their options', () => {
    const random = createRandom(3);
    const description = {
      inputs: 3,
      layers: [
        { unit: 'NALU untied' as const, outputs: 2, options: { epsilon: 0.25 } },
        { unit: 'Dense ELU' as const, outputs: 3, options: { alpha: 3 } },
        { unit: 'NMU' as const, outputs: 2 },
      ],
    };
    expect(compare(description, () => random.uniform(-1, 1), 1)).toBeLessThanOrEqual(1e-11);
  });

  it('takes and gives numbers as they were before scaling', () => {
    const description = { inputs: 2, layers: [{ unit: 'NAU' as const, outputs: 1 }] };
    const layers = [{ W: [0.5, -1] }];
    const formula = formulaOf(description, layers, {
      variables: ['a', 'b'],
      targets: ['t'],
      inputScaling: [
        { offset: 1, scale: 4 },
        { offset: 0, scale: -2 },
      ],
      targetScaling: [{ offset: 10, scale: 8 }],
    });
    // 8 · (0.5 (a − 1) / 4 − b / −2) + 10
    expect(printFormula(formula)).toEqual(['a + 4 * b + 9']);
    expect(formula.targets).toEqual(['t']);
  });

  it.each<[string, ModelDescription, Parameters<typeof formulaOf>[1], string]>([
    [
      'NAC',
      { inputs: 2, layers: [{ unit: 'NAC', outputs: 1 }] },
      [{ W_hat: [40, -40], M_hat: [40, 40] }],
      'x0 - x1',
    ],
    ['NAU', { inputs: 3, layers: [{ unit: 'NAU', outputs: 1 }] }, [{ W: [-1, 0, 1] }], 'x2 - x0'],
    ['NMU', { inputs: 3, layers: [{ unit: 'NMU', outputs: 1 }] }, [{ W: [1, 0, 1] }], 'x0 * x2'],
    [
      'NMU between',
      { inputs: 1, layers: [{ unit: 'NMU', outputs: 1 }] },
      [{ W: [0.25] }],
      '0.25 * x0 + 0.75',
    ],
    [
      'NAC•',
      { inputs: 2, layers: [{ unit: 'NAC•', outputs: 1, options: { epsilon: 0 } }] },
      [{ W_hat: [40, -40], M_hat: [40, 40] }],
      'abs(x0) / abs(x1)',
    ],
    [
      'NAU and NMU',
      {
        inputs: 4,
        layers: [
          { unit: 'NAU', outputs: 2 },
          { unit: 'NMU', outputs: 1 },
        ],
      },
      [{ W: [1, 0, 1, 0, 0, -1, 0, 1] }, { W: [1, 1] }],
      '(x0 + x1) * (x3 - x2)',
    ],
  ])('reads as it should: %s', (_, description, parameters, text) => {
    expect(printFormula(formulaOf(description, parameters))).toEqual([text]);
  });

  it('is refused for units from outside, diverged models and large ones', () => {
    const { equation: _equation, forward: _forward, ...rest } = findUnit('NAC');
    const unit = defineUnit({ ...rest, name: 'Foreign' });
    const parameters = [{ W_hat: [1], M_hat: [1] }];
    expect(() => formulaOf({ inputs: 1, layers: [{ unit, outputs: 1 }] }, parameters)).toThrow(
      "layer 0: the equation of unit 'Foreign' is known to its shader alone",
    );
    const linear = { inputs: 1, layers: [{ unit: 'Linear' as const, outputs: 1 }] };
    expect(() => formulaOf(linear, [])).toThrow(OptionError);
    expect(() => formulaOf(linear, [{ W: [1], b: [Number.NaN] }])).toThrow('must be finite');
    expect(() => formulaOf(linear, [{ W: [1], b: [1] }], { variables: ['a', 'b'] })).toThrow(
      'variables has 2 entries; 1 are needed',
    );
    const deep = {
      inputs: 8,
      layers: Array.from({ length: 5 }, () => ({ unit: 'Dense tanh' as const, outputs: 8 })),
    };
    const random = createRandom(1);
    const { layers } = parametersFor(deep, () => random.uniform(-1, 1));
    expect(() => formulaOf(deep, layers)).toThrow(FormulaError);
  });
});
