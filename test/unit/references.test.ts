import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/random.ts';
import { findUnit, units } from '../../src/units/registry.ts';
import { backward, matrix } from '../reference/autodiff.ts';
import { references } from '../reference/units.ts';

/** A layer of a few rows with values of ordinary size, none of them on a corner of any unit. */
function example(name: string) {
  const [rows, inputs, outputs] = [4, 3, 2];
  const { options } = findUnit(name);
  const { edge, input = [], output = [] } = findUnit(name).shader(options);
  const random = createRandom(units.findIndex((unit) => unit.name === name));
  const draw = (count: number) => Float64Array.from({ length: count }, () => random.uniform(-1.5, 1.5));
  const parameters = Object.fromEntries([
    ...edge.map((field) => [field, { rows: inputs, cols: outputs, data: draw(inputs * outputs) }]),
    ...input.map((field) => [field, { rows: 1, cols: inputs, data: draw(inputs) }]),
    ...output.map((field) => [field, { rows: 1, cols: outputs, data: draw(outputs) }]),
  ]) as Record<string, { rows: number; cols: number; data: Float64Array }>;
  return {
    values: { x: { rows, cols: inputs, data: draw(rows * inputs) }, ...parameters },
    seed: draw(rows * outputs),
  };
}

/** Σ y · seed, and its derivative by every value. */
function evaluate(name: string, values: ReturnType<typeof example>['values'], seed: Float64Array) {
  const { x, ...parameters } = Object.fromEntries(
    Object.entries(values).map(([key, { rows, cols, data }]) => [key, matrix(rows, cols, data)]),
  );
  if (!x) throw new Error('an example has an x');
  const y = references[name]?.(x, parameters);
  if (!y) throw new Error(`unit ${name} has no float64 reference in test/reference/units.ts`);
  backward(y, seed);
  const total = y.data.reduce((sum, value, index) => sum + value * (seed[index] as number), 0);
  return {
    total,
    gradients: {
      x: x.grad,
      ...Object.fromEntries(Object.entries(parameters).map(([key, m]) => [key, m.grad])),
    },
  };
}

describe('float64 references', () => {
  it.each(units.map((unit) => unit.name))('%s: derivatives agree with central differences', (name) => {
    const { values, seed } = example(name);
    const gradients = evaluate(name, values, seed).gradients as Record<string, Float64Array>;
    for (const [key, { data }] of Object.entries(values)) {
      const size = Math.hypot(...(gradients[key] as Float64Array), 1);
      for (let index = 0; index < data.length; index++) {
        const value = data[index] as number;
        const h = 1e-6;
        data[index] = value + h;
        const above = evaluate(name, values, seed).total;
        data[index] = value - h;
        const below = evaluate(name, values, seed).total;
        data[index] = value;
        const difference = (above - below) / (2 * h);
        const error = Math.abs((gradients[key]?.[index] as number) - difference) / size;
        expect(error, `${key}[${index}]`).toBeLessThan(1e-7);
      }
    }
  });
});
