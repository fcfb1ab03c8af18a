/** One layer on the GPU against its float64 reference. */

import {
  createModel,
  createTiledModel,
  findUnit,
  type Gpu,
  type TileOptions,
  type UnitOptions,
} from '../../src/index.ts';
import type { UnitName } from '../../src/units/descriptions.ts';
import { backward, matrix } from '../reference/autodiff.ts';
import { references } from '../reference/units.ts';
import { relativeError } from './compare.ts';

export interface UnitCase {
  readonly unit: UnitName;
  readonly options?: UnitOptions;
  readonly inputs: number;
  readonly outputs: number;
  readonly x: Float32Array;
  /** Adjoint of the outputs. */
  readonly dy: Float32Array;
  /** Every parameter by name, row-major. */
  readonly parameters: Readonly<Record<string, Float32Array>>;
}

export interface UnitResult {
  readonly y: Float64Array | Float32Array;
  readonly dx: Float64Array | Float32Array;
  readonly parameters: Readonly<Record<string, Float64Array | Float32Array>>;
}

/** Names and shapes of the parameters of a layer. */
export async function parameterShapes(gpu: Gpu, unit: UnitName, inputs: number, outputs: number) {
  const model = createModel(gpu, { inputs, layers: [{ unit, outputs }] });
  const [layer] = await model.weights();
  model.dispose();
  return Object.entries(layer?.parameters ?? {}).map(([name, { shape }]) => ({
    name,
    shape,
    size: shape.reduce((product, size) => product * size, 1),
  }));
}

/** Tiles of the model that predicts, and of the one whose gradients are taken. */
export interface UnitTiles {
  readonly predict: TileOptions;
  readonly gradients: TileOptions;
}

/** Outputs and gradients on the GPU. */
export async function runUnit(
  gpu: Gpu,
  { unit, inputs, outputs, ...given }: UnitCase,
  tiles?: UnitTiles,
): Promise<UnitResult> {
  const layer = { unit, outputs, ...(given.options && { options: given.options }) };
  const create = (tiles: TileOptions | undefined) => {
    const description = { inputs, layers: [layer] };
    const model = tiles ? createTiledModel(gpu, description, tiles) : createModel(gpu, description);
    model.setParameters([given.parameters]);
    return model;
  };
  using backward = create(tiles?.gradients);
  const gradients = await backward.gradients({ x: given.x, dy: given.dy });
  const parameters = Object.entries(gradients.parameters[0] ?? {}).map(([name, { data }]) => [name, data]);
  using forward = create(tiles?.predict);
  const y = await forward.predict(given.x);
  return { y, dx: gradients.x, parameters: Object.fromEntries(parameters) };
}

/** The same in float64. */
export function runReference({ unit, inputs, outputs, ...given }: UnitCase): UnitResult {
  const reference = references[unit];
  if (!reference) throw new Error(`unit ${unit} has no float64 reference in test/reference/units.ts`);
  const { edge } = findUnit(unit).shader(findUnit(unit).options);
  const leaves = Object.fromEntries(
    Object.entries(given.parameters).map(([name, data]) => [
      name,
      edge.includes(name) ? matrix(inputs, outputs, data) : matrix(1, data.length, data),
    ]),
  );
  const x = matrix(given.x.length / inputs, inputs, given.x);
  const y = reference(x, leaves);
  backward(y, given.dy);
  const parameters = Object.entries(leaves).map(([name, leaf]) => [name, leaf.grad]);
  return { y: y.data, dx: x.grad, parameters: Object.fromEntries(parameters) };
}

/** Relative errors in norm of y, dx and the gradient of every parameter. */
export async function compareUnit(
  gpu: Gpu,
  unitCase: UnitCase,
  tiles?: UnitTiles,
): Promise<Record<string, number>> {
  const actual = await runUnit(gpu, unitCase, tiles);
  const expected = runReference(unitCase);
  const names = Object.keys(unitCase.parameters);
  const errors = names.map((name) => [
    name,
    relativeError(actual.parameters[name] ?? [], expected.parameters[name] ?? []),
  ]);
  return {
    y: relativeError(actual.y, expected.y),
    dx: relativeError(actual.dx, expected.dx),
    ...Object.fromEntries(errors),
  };
}
