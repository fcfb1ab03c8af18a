import { describe, expect, it } from 'vitest';
import { createEnsemble, type UnitOptions, units } from '../../src/index.ts';
import { parameterNames, resolveModel } from '../../src/model/description.ts';
import { createRandom } from '../../src/random.ts';
import { backward, matrix } from '../reference/autodiff.ts';
import { references } from '../reference/units.ts';
import { relativeError } from '../support/compare.ts';
import { useGpu } from '../support/gpu.ts';
import { unitKinds } from '../support/unit-kinds.ts';

const gpu = useGpu();

/** As for the layered engine: relative error in norm of each parameter's gradient, and of the loss. */
const BOUND = 2e-5;

const rows = 13;
/** Inputs, outputs, lanes. */
const shapes = [
  [2, 1, 1],
  [5, 3, 4],
] as const;

/** A unit of each kind gets both, the others take turns: lanes and loops are the engine's, not the unit's. */
const cases = units.flatMap((unit, turn) =>
  shapes
    .filter((_, index) => unitKinds.includes(unit) || index === turn % 2)
    .map((shape) => [unit.name, ...shape] as const),
);

/** What leaves nothing to chance: RReLU's slope is drawn between two bounds, the noise of the sNMU between 1 and another. */
const quiet: Readonly<Record<string, UnitOptions>> = {
  'Dense RReLU': { lower: 11 / 48, upper: 11 / 48 },
  sNMU: { high: 1 },
};
const optionsOf = (unit: string): UnitOptions => quiet[unit] ?? {};

/** Of both signs, and a few exact zeros; only positive for MulMCFC and its kin, which have no ε in their logarithm. */
function inputsFor(unit: string, count: number): Float32Array {
  const random = createRandom(count);
  return Float32Array.from({ length: count }, (_, index) => {
    if (unit.startsWith('MulMCFC')) return random.uniform(0.25, 2);
    return index % 7 === 3 && unit !== 'NAC•σ' ? 0 : (index % 2 === 0 ? 1 : -1) * random.uniform(0.25, 2);
  });
}

describe('the loss and the gradients of an ensemble are those of float64', () => {
  it.each(cases)('%s: %i inputs, %i outputs, %i lanes', async (unit, inputs, outputs, lanes) => {
    const layer = { unit, outputs, options: optionsOf(unit) };
    const x = inputsFor(unit, rows * inputs);
    const random = createRandom(9);
    const y = Float32Array.from({ length: rows * outputs }, () => random.uniform(-4, 4));
    // After one step of SGD, the optimiser's state is the gradient.
    using ensemble = await createEnsemble(gpu(), {
      model: { inputs, layers: [layer] },
      seeds: [3],
      x,
      y,
      optimizer: 'sgd',
      learningRate: 0,
      lanes,
    });
    const { parameters } = await ensemble.inspect();
    await ensemble.run(1);
    const { losses, state } = await ensemble.inspect();
    const gradients = state.floats.subarray(state.floats.length / 2);

    const { layers } = resolveModel({ inputs, layers: [layer] });
    let at = 0;
    const places = parameterNames(layers[0] as (typeof layers)[0]).map(({ name, shape: sizes }) => {
      const [from, size] = [at, sizes.reduce((product, length) => product * length, 1)];
      at += size;
      const [height, width] = sizes.length === 2 ? sizes : [1, size];
      const values = parameters.subarray(from, at);
      return { name, from, to: at, leaf: matrix(height as number, width as number, values) };
    });
    const leaves = Object.fromEntries(places.map(({ name, leaf }) => [name, leaf]));
    const predicted = references[unit]?.(matrix(rows, inputs, x), leaves) ?? matrix(0, 0, []);
    const errors = predicted.data.map((value, index) => value - (y[index] as number));
    backward(
      predicted,
      errors.map((error) => (2 * error) / errors.length),
    );
    const loss = errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length;
    expect(relativeError(losses, [loss]), 'loss').toBeLessThanOrEqual(BOUND);
    for (const { name, from, to, leaf } of places) {
      const error = relativeError(gradients.subarray(from, to), leaf.grad);
      expect(error, name).toBeLessThanOrEqual(BOUND);
    }
  });
});
