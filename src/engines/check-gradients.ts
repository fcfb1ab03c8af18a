/** Tells whether a unit's derivative is right, by comparing it with differences of its own forward pass. */

import { OptionError } from '../errors.ts';
import { checkGpu } from '../gpu/check-gpu.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { checkOptions } from '../options/check.ts';
import { type Description, map, number, pair, seed, size } from '../options/kinds.ts';
import { createRandom } from '../random.ts';
import type { Unit, UnitOptions } from '../units/unit.ts';
import { createModel, type Model } from './layered/model.ts';

/** Shape, options and tolerance of a check of gradients. */
export interface GradientCheckOptions {
  /** Shape of the layer. Default 3 inputs, 2 outputs, 5 rows. */
  inputs?: number;
  outputs?: number;
  rows?: number;
  /** Options of the unit. */
  options?: UnitOptions;
  /** Range the inputs are drawn from. Default [0.5, 2]. */
  range?: readonly [number, number];
  seed?: number;
  /** Largest relative error, in norm, that passes. Default 0.01: differences of float32 values are no better. */
  tolerance?: number;
}

const gradientCheckDescription: Description<GradientCheckOptions> = {
  fields: {
    inputs: size,
    outputs: size,
    rows: size,
    options: map(number()),
    range: pair,
    seed,
    tolerance: number({ above: 0 }),
  },
};

/** How far the gradients of a unit are from central differences. */
export interface GradientCheck {
  readonly ok: boolean;
  /** Relative error in norm of the gradient of the inputs (`x`) and of every parameter, by name. */
  readonly errors: Readonly<Record<string, number>>;
  /** The entry that is furthest off, and both its values. */
  readonly worst: {
    readonly name: string;
    readonly index: number;
    readonly derivative: number;
    readonly difference: number;
  };
}

/** Step of the differences; with the fourth-order formula both its errors are then about 1e-5 of the values. */
const STEP = 0.02;

/** Offsets, in steps, and coefficients of the fourth-order central difference. */
const STENCIL = [
  [-2, 1 / 12],
  [-1, -8 / 12],
  [1, 8 / 12],
  [2, -1 / 12],
] as const;

/**
 * Compares the gradients of a layer of `unit`, at initial values of its own and random inputs, with fourth-order central
 * differences of its outputs. A corner between two points of a difference (|x| at 0, a clipped weight) shows as an
 * error; another seed or range avoids it. Throws ShaderError when the unit does not compile.
 */
export async function checkGradients(
  gpu: Gpu,
  unit: Unit,
  options: GradientCheckOptions = {},
): Promise<GradientCheck> {
  checkGpu(gpu);
  const given = checkOptions(gradientCheckDescription, options, 'checkGradients()');
  const { inputs = 3, outputs = 2, rows = 5, range = [0.5, 2], seed = 1, tolerance = 0.01 } = given;
  if (!(range[0] < range[1])) throw new OptionError(`range is [${range}]; its end must be above its start`);
  const random = createRandom(seed, 1);
  const x = Float32Array.from({ length: rows * inputs }, () => random.uniform(range[0], range[1]));
  const dy = Float32Array.from({ length: rows * outputs }, () => random.uniform(-1, 1));
  const layer = { unit, outputs, ...(given.options && { options: given.options }) };
  const model = createModel(gpu, { inputs, layers: [layer], seed });
  try {
    const gradients = await model.gradients({ x, dy });
    const [weights] = await model.weights();
    const parameters = Object.fromEntries(
      Object.entries(weights?.parameters ?? {}).map(([name, { data }]) => [name, data]),
    );
    const pairs: Record<string, { derivative: ArrayLike<number>; difference: number[] }> = {
      x: { derivative: gradients.x, difference: await inputDifferences(model, x, dy) },
    };
    for (const name of Object.keys(parameters)) {
      pairs[name] = {
        derivative: gradients.parameters[0]?.[name]?.data ?? [],
        difference: await parameterDifferences(model, parameters, name, x, dy),
      };
    }
    return judge(pairs, tolerance);
  } finally {
    model.dispose();
  }
}

/** d(Σ y · dy)/dx: every entry changes its own row only, so that all changed rows are predicted at once. */
async function inputDifferences(model: Model, x: Float32Array, dy: Float32Array): Promise<number[]> {
  const { inputs, outputs } = model;
  const changed = new Float32Array(x.length * STENCIL.length * inputs);
  for (let entry = 0; entry < x.length; entry++) {
    const row = Math.floor(entry / inputs);
    STENCIL.forEach(([offset], point) => {
      const at = (entry * STENCIL.length + point) * inputs;
      changed.set(x.subarray(row * inputs, (row + 1) * inputs), at);
      changed[at + (entry % inputs)] = (x[entry] as number) + offset * STEP;
    });
  }
  const y = await model.predict(changed);
  return Array.from(x, (_, entry) => {
    const row = Math.floor(entry / inputs);
    return difference((point) => {
      const at = (entry * STENCIL.length + point) * outputs;
      return inner(y.subarray(at, at + outputs), dy.subarray(row * outputs, (row + 1) * outputs));
    });
  });
}

/** d(Σ y · dy)/dθ for one parameter tensor. */
async function parameterDifferences(
  model: Model,
  parameters: Readonly<Record<string, Float32Array>>,
  name: string,
  x: Float32Array,
  dy: Float32Array,
): Promise<number[]> {
  const values = parameters[name] as Float32Array;
  const differences: number[] = [];
  for (let entry = 0; entry < values.length; entry++) {
    const sums: number[] = [];
    for (const [offset] of STENCIL) {
      const changed = values.slice();
      changed[entry] = (values[entry] as number) + offset * STEP;
      model.setParameters([{ ...parameters, [name]: changed }]);
      sums.push(inner(await model.predict(x), dy));
    }
    differences.push(difference((point) => sums[point] as number));
  }
  model.setParameters([parameters]);
  return differences;
}

const inner = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, index) => sum + value * (b[index] as number), 0);

const difference = (value: (point: number) => number): number =>
  STENCIL.reduce((sum, [, coefficient], point) => sum + coefficient * value(point), 0) / STEP;

function judge(
  pairs: Readonly<Record<string, { derivative: ArrayLike<number>; difference: readonly number[] }>>,
  tolerance: number,
): GradientCheck {
  const norms = Object.entries(pairs).map(([, { difference }]) => Math.hypot(...difference));
  // A gradient that is zero, or nearly so beside the others, is judged by the size of the others.
  const floor = 1e-3 * Math.max(...norms);
  let worst = { name: '', index: -1, derivative: 0, difference: 0 };
  let furthest = -1;
  const errors = Object.entries(pairs).map(([name, { derivative, difference }], pair) => {
    const gaps = difference.map((value, index) => Math.abs(value - (derivative[index] as number)));
    gaps.forEach((gap, index) => {
      if (gap <= furthest) return;
      furthest = gap;
      worst = {
        name,
        index,
        derivative: derivative[index] as number,
        difference: difference[index] as number,
      };
    });
    return [name, Math.hypot(...gaps) / Math.max(norms[pair] as number, floor, Number.MIN_VALUE)] as const;
  });
  return { ok: errors.every(([, error]) => error <= tolerance), errors: Object.fromEntries(errors), worst };
}
