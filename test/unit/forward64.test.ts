import { describe, expect, it } from 'vitest';
import { toMatrix } from '../../src/model/data.ts';
import { initialParameters, parameterNames, resolveModel } from '../../src/model/description.ts';
import { hasForward64, meanSquaredError64, predict64 } from '../../src/model/evaluate.ts';
import { createRandom } from '../../src/random.ts';
import { defineUnit } from '../../src/units/define.ts';
import { findUnit, units } from '../../src/units/registry.ts';
import type { RawParameters, UnitOptions } from '../../src/units/unit.ts';
import { type Matrix64, matrix } from '../reference/autodiff.ts';
import { references } from '../reference/units.ts';
import { relativeError } from '../support/compare.ts';

const shapes = [
  [1, 1],
  [1, 3],
  [3, 7],
  [7, 1],
] as const;

/** Signed values up to 2, so that clips at 1 count; every seventh is exactly zero. */
const signed = (seed: number, count: number): Float32Array => {
  const random = createRandom(seed);
  return Float32Array.from({ length: count }, (_, index) => (index % 7 === 3 ? 0 : random.uniform(-2, 2)));
};

const parametersOf = (unit: string, inputs: number, outputs: number, seed: number) => {
  const record = findUnit(unit);
  return parameterNames({ unit: record.shader(record.options), inputs, outputs }).map(
    ({ name, shape }, index) => {
      const [rows, cols] = (shape.length === 2 ? shape : [1, ...shape]) as [number, number];
      return [name, matrix(rows, cols, signed(seed + index, rows * cols))] as const;
    },
  );
};

const forwardOf = (
  unit: string,
  parameters: RawParameters,
  inputs: number,
  outputs: number,
  options?: UnitOptions,
) => {
  const record = findUnit(unit);
  if (!record.forward) throw new Error(`${unit} has no forward`);
  return record.forward(parameters, inputs, outputs, { ...record.options, ...options });
};

describe.each(units.map((unit) => unit.name))('%s in float64', (unit) => {
  it.each(shapes)('is the reference: %i inputs, %i outputs', (inputs, outputs) => {
    const seed = inputs * 100 + outputs;
    const leaves = parametersOf(unit, inputs, outputs, seed);
    const raw = Object.fromEntries(leaves.map(([name, { data }]) => [name, data]));
    const forward = forwardOf(unit, raw, inputs, outputs);
    for (let row = 0; row < 15; row++) {
      const x = row === 0 ? new Float32Array(inputs) : signed(1000 * seed + row, inputs);
      const expected = references[unit]?.(matrix(1, inputs, x), Object.fromEntries(leaves)) as Matrix64;
      // Powers through logarithms, and factors that nearly cancel, lose a few digits.
      expect(relativeError(forward(x), expected.data), `x = ${x}`).toBeLessThanOrEqual(1e-11);
    }
  });
});

describe('a unit in float64', () => {
  const one = (unit: string, parameters: Record<string, number>, x: number, options?: UnitOptions) => {
    const raw = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, [value]]));
    return forwardOf(unit, raw, 1, 1, options)([x])[0];
  };
  const identity = { W: 1, b: 0 };

  it.each<[string, Record<string, number>, number, UnitOptions, number]>([
    ['NAC•NMU', { W: 1 }, 2, { epsilon: 0.5 }, 2.5],
    ['iNALU', { W_hat: 0, M_hat: 0, W_hat_mul: 40, M_hat_mul: 40, g: -800 }, 9, { omega: 2 }, Math.exp(2)],
    ['iNALU', { W_hat: 0, M_hat: 0, W_hat_mul: 40, M_hat_mul: 40, g: -800 }, 1, { epsilon: 3 }, 3],
    ['RealNPU', { W_re: 1, g: 1 }, -2, { epsilon: 1 }, -3],
    ['NPU', { W_re: 1, W_im: 0, g: 1 }, -2, { epsilon: 1 }, -3],
    ['Dense leaky ReLU', identity, -2, { slope: 0.25 }, -0.5],
    ['Dense RReLU', identity, -2, { lower: 0.25, upper: 0.75 }, -1],
    ['Dense ELU', identity, -1, { alpha: 2 }, 2 * Math.expm1(-1)],
    ['Dense hardshrink', identity, 0.75, { lambda: 1 }, 0],
    ['Dense softshrink', identity, -3, { lambda: 1 }, -2],
    ['Dense threshold', identity, 1, { threshold: 2, value: 7 }, 7],
  ])('%s uses its options', (unit, parameters, x, options, expected) => {
    expect(one(unit, parameters, x, options)).toBeCloseTo(expected, 12);
  });

  it('goes beyond float32, where zero outweighs everything', () => {
    const nine = { inputs: 9, x: Array(9).fill(1e37) };
    expect(forwardOf('NMU', { W: Array(9).fill(1) }, 9, 1)(nine.x.with(8, 1e-37))[0]).toBeCloseTo(
      1e259,
      -250,
    );
    expect(forwardOf('NMU', { W: Array(9).fill(1) }, 9, 1)(nine.x)[0]).toBe(Number.MAX_VALUE);
    expect(forwardOf('NMU', { W: Array(10).fill(1) }, 10, 1)([...nine.x, 0])[0]).toBe(0);
    const additive = { W_hat: Array(9).fill(40), M_hat: Array(9).fill(40), G: Array(9).fill(1) };
    expect(forwardOf('NALU', additive, 9, 1)(nine.x)[0]).toBeCloseTo(9e37, -24);
  });

  it('is not a number where a parameter is not', () => {
    for (const { name } of units) {
      const raw = parametersOf(name, 1, 1, 1).map(([field]) => [field, [Number.NaN]]);
      // The gate of signs counts for negative inputs only, so the input is one.
      expect(forwardOf(name, Object.fromEntries(raw), 1, 1)([-1])[0], name).toBeNaN();
    }
  });
});

describe('a model in float64', () => {
  const model = resolveModel({
    inputs: 3,
    layers: [
      { unit: 'NALU untied', outputs: 4, initialization: 'wide' },
      { unit: 'Dense ELU', outputs: 2, options: { alpha: 3 } },
    ],
  });
  const parameters = Float32Array.from(model.layers.flatMap((_, k) => [...initialParameters(model, k)]));
  const x = toMatrix('x', signed(5, 21), 3);

  it('is its layers, one after the other, with their options', () => {
    const [first, second] = model.layers.map((layer, k) => {
      let from = 0;
      const flat = initialParameters(model, k);
      const raw = parameterNames(layer).map(({ name, shape }) => {
        const start = from;
        from += shape.reduce((product, size) => product * size, 1);
        return [name, flat.subarray(start, from)];
      });
      return forwardOf(
        layer.record.name,
        Object.fromEntries(raw),
        layer.inputs,
        layer.outputs,
        layer.options,
      );
    });
    const expected = Array.from({ length: 7 }, (_, row) => [
      ...(second?.(first?.(x.data.subarray(row * 3, row * 3 + 3)) ?? []) ?? []),
    ]).flat();
    expect(expected).toHaveLength(14);
    expect([...(predict64(model, parameters, x) ?? [])]).toEqual(expected);
  });

  it('has the mean squared error of its predictions over rows and outputs', () => {
    const y = toMatrix('y', signed(6, 14), 2);
    const squares = [...(predict64(model, parameters, x) ?? [])].map(
      (v, at) => (v - (y.data[at] as number)) ** 2,
    );
    const mean = squares.reduce((sum, square) => sum + square, 0) / 14;
    expect(meanSquaredError64(model, parameters, x, y)).toBeCloseTo(mean, 12);
  });

  it('is undefined where a unit has no equation in its record', () => {
    const { name: _name, forward: _forward, equation: _equation, ...rest } = findUnit('NAC');
    const unit = defineUnit({ ...rest, name: 'Foreign' });
    const foreign = resolveModel({ inputs: 3, layers: [{ unit, outputs: 1 }] });
    expect(hasForward64(model)).toBe(true);
    expect(hasForward64(foreign)).toBe(false);
    expect(predict64(foreign, initialParameters(foreign, 0), x)).toBeUndefined();
    const known = defineUnit({ ...findUnit('NAC'), name: 'Known' });
    expect(hasForward64(resolveModel({ inputs: 3, layers: [{ unit: known, outputs: 1 }] }))).toBe(true);
  });
});
