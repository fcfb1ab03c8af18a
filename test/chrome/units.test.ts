import { describe, expect, it } from 'vitest';
import { createModel, type Gpu, units } from '../../src/index.ts';
import { createRandom } from '../../src/random.ts';
import type { UnitName } from '../../src/units/descriptions.ts';
import { allFinite } from '../support/compare.ts';
import { compareUnit, parameterShapes } from '../support/compare-unit.ts';
import { useGpu } from '../support/gpu.ts';
import { withoutZeros } from '../support/unit-case.ts';
import { unitKinds } from '../support/unit-kinds.ts';

/**
 * The bound on relative errors in norm. Sums of up to 257 float32 terms, each with a few roundings, stay well inside;
 * what comes near it is exp of a sum of logarithms, which turns the absolute error of the sum into a relative one.
 */
const BOUND = 2e-5;

type Shape = readonly [rows: number, inputs: number, outputs: number];

/** Of every unit: one kernel of each pass, whose shape its other tests have, too. */
const SMALL: Shape = [64, 2, 2];

/** With the wide ones every size of 1, 3, 7, 31, 33 and 257 in each place. */
const narrow: readonly Shape[] = [
  [257, 33, 1],
  [3, 257, 1],
  [1, 33, 7],
  [1, 1, 1],
];
const wide: readonly Shape[] = [
  [7, 1, 33],
  [31, 3, 257],
  [33, 31, 3],
  [257, 7, 31],
];

/**
 * Shapes are the engine's and not the unit's, and kernels take a software adapter a while to compile: units take turns, so
 * that each gets a narrow one, and one of each kind a wide one that is cut into register tiles, too.
 * Dense layers differ in one expression, their activation: the small shape is enough for all but two.
 */
function shapesFor(unit: string, turn: number): Shape[] {
  if (/^Dense (?!tanh$|RReLU$)/.test(unit)) return [SMALL];
  const own = narrow[turn % 4] as Shape;
  const kind = unitKinds.findIndex(({ name }) => name === unit);
  return kind < 0 ? [SMALL, own] : [SMALL, own, wide[kind % 4] as Shape];
}

type Draw = (count: number) => Float32Array;

/** Values of ordinary size of both signs; every seventh is exactly zero. */
const signed =
  (seed: number): Draw =>
  (count) => {
    const random = createRandom(seed);
    return Float32Array.from({ length: count }, (_, index) => (index % 7 === 3 ? 0 : random.uniform(-2, 2)));
  };

/** Units of `withoutZeros` get magnitudes from 1/4 to 2, and MulMCFC, which is for positive inputs, positive ones. */
const inputsFor = (unit: string, x: Float32Array): Float32Array => {
  if (!withoutZeros.has(unit)) return x;
  return x.map((v) => (v < 0 && unit !== 'MulMCFC' ? -1 : 1) * Math.max(0.25, Math.abs(v)));
};

/** Compares y, dx and every parameter's gradient of one layer with the float64 reference. */
async function compare(gpu: Gpu, unit: UnitName, shape: readonly [number, number, number], scale: number) {
  const [rows, inputs, outputs] = shape;
  const seed = rows * 1_000_000 + inputs * 1000 + outputs;
  const shapes = await parameterShapes(gpu, unit, inputs, outputs);
  return compareUnit(gpu, {
    unit,
    inputs,
    outputs,
    x: inputsFor(unit, signed(seed)(rows * inputs)),
    dy: signed(seed + 1)(rows * outputs),
    parameters: Object.fromEntries(
      shapes.map(({ name, size }, index) => {
        const values = signed(seed + 2 + index)(size);
        return [name, values.map((value) => scale * value)];
      }),
    ),
  });
}

describe.each(units.map((unit, turn) => [unit.name, turn] as const))('%s', (unit, turn) => {
  const gpu = useGpu();

  it.each(shapesFor(unit, turn))('agrees with float64: %i rows, %i inputs, %i outputs', async (...shape) => {
    // Wide layers get smaller parameters, so that products of many inputs stay of ordinary size.
    const scale = Math.min(1, 4 / shape[1]);
    for (const [name, error] of Object.entries(await compare(gpu(), unit, shape, scale))) {
      expect(error, name).toBeLessThanOrEqual(BOUND);
    }
  });

  it('stays finite for parameters up to 100 and inputs from 0 to 1e30', async () => {
    const [rows, inputs, outputs] = SMALL;
    const magnitudes = [0, 1e-38, 1e-30, 1e-7, 1, 1e3, 1e15, 1e30];
    const random = createRandom(7);
    const x = Float32Array.from({ length: rows * inputs }, (_, index) => {
      const magnitude = magnitudes[random.integer(magnitudes.length)] as number;
      return index % 3 === 0 ? -magnitude : magnitude;
    });
    using model = createModel(gpu(), { inputs, layers: [{ unit, outputs }] });
    const [layer] = await model.weights();
    for (const size of [0, 1, 10, 100]) {
      const parameters = Object.entries(layer?.parameters ?? {}).map(([name, { data }]) => [
        name,
        data.map(() => (random.integer(2) === 0 ? -size : size)),
      ]);
      model.setParameters([Object.fromEntries(parameters)]);
      const y = await model.predict(x);
      expect(allFinite(y), `outputs for parameters of ±${size}`).toBe(true);
      expect(Math.max(...y.map(Math.abs))).toBeLessThanOrEqual(3.4028234663852886e38);
    }
  });

  it('has finite gradients wherever float32 can hold them', async () => {
    const [rows, inputs, outputs] = SMALL;
    const repeated = (values: readonly number[]) =>
      Float32Array.from({ length: rows * 2 }, (_, index) => values[index % values.length] as number);
    const x = repeated([0, 0, 1, -1, 1e-30, 1e15, -1e15, 0]);
    const dy = repeated([1, 1, 1, 1, 1e-15, 1e-15, 1e-15, 1e-15]);
    using model = createModel(gpu(), { inputs, layers: [{ unit, outputs }] });
    const [layer] = await model.weights();
    for (const size of [0, 30, 100]) {
      const parameters = Object.entries(layer?.parameters ?? {}).map(([name, { data }]) => [
        name,
        data.map((_, index) => (index % 2 === 0 ? size : -size)),
      ]);
      model.setParameters([Object.fromEntries(parameters)]);
      const gradients = await model.gradients({ x, dy });
      expect(allFinite(gradients.x), `dx for parameters of ±${size}`).toBe(true);
      for (const [name, { data }] of Object.entries(gradients.parameters[0] ?? {})) {
        expect(allFinite(data), `${name} for parameters of ±${size}`).toBe(true);
      }
    }
  });
});
