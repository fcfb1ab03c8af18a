/** Parameters as people read them: named tensors, and the effective weights computed from them. */

import { parameterCounts } from '../../shaders/kernels/parameters.ts';
import { DataError } from '../errors.ts';
import type { EffectiveWeights, RawParameters } from '../units/unit.ts';
import { parameterNames, type ResolvedLayer, type ResolvedModel } from './description.ts';

/** A tensor in row-major order. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}

export interface LayerWeights {
  /** Name of the unit. */
  readonly unit: string;
  /** Raw parameters by name: `[in, out]` per edge, `[in]` per input, `[out]` per output. */
  readonly parameters: Readonly<Record<string, Tensor>>;
  /** Effective weights by name (W = tanh(Ŵ) σ(M̂) and so on), `[in][out]`, from the raw ones in float64. */
  readonly effective: EffectiveWeights;
}

/** Names the parts of a layer's flat parameters and computes its effective weights. */
export function readWeights(layer: ResolvedLayer, flat: Float32Array): LayerWeights {
  const parameters = splitParameters(layer, flat);
  const { inputs, outputs, record } = layer;
  const effective = record.weights(rawParameters(layer, flat), inputs, outputs);
  return { unit: record.name, parameters, effective };
}

/**
 * The sparsity error of every one of many models, in float64 from their raw parameters, model after model: the largest of
 * its layers' (see `Unit.sparsityError`).
 */
export function sparsityErrorsOf(description: ResolvedModel, parameters: Float32Array): Float64Array {
  const models = parameters.length / parametersPerModel(description);
  return Float64Array.from({ length: models }, (_, model) => {
    const errors = eachLayer(description, parameters, model, (layer, flat) =>
      layer.record.sparsityError(rawParameters(layer, flat), layer.inputs, layer.outputs),
    );
    return Math.max(...errors);
  });
}

/** Raw parameters of one model. */
export const parametersPerModel = ({ layers }: ResolvedModel): number =>
  layers.reduce((sum, layer) => sum + parameterCounts(layer).all, 0);

/** Parameters of one of many models, named and with its effective weights. */
export const weightsOf = (
  description: ResolvedModel,
  parameters: Float32Array,
  model: number,
): LayerWeights[] => eachLayer(description, parameters, model, readWeights);

/** What `read` makes of each layer's part of one model's parameters. */
function eachLayer<T>(
  description: ResolvedModel,
  parameters: Float32Array,
  model: number,
  read: (layer: ResolvedLayer, flat: Float32Array) => T,
): T[] {
  let from = model * parametersPerModel(description);
  return description.layers.map((layer) => {
    const { all } = parameterCounts(layer);
    from += all;
    return read(layer, parameters.subarray(from - all, from));
  });
}

/** A layer's flat parameters by name. */
export function rawParameters(layer: ResolvedLayer, flat: Float32Array): RawParameters {
  const tensors = Object.entries(splitParameters(layer, flat));
  return Object.fromEntries(tensors.map(([name, { data }]) => [name, data]));
}

/** The named tensors in a layer's flat parameters (or gradient). */
export function splitParameters(layer: ResolvedLayer, flat: Float32Array): Record<string, Tensor> {
  const tensors: Record<string, Tensor> = {};
  let offset = 0;
  for (const { name, shape } of parameterNames(layer)) {
    const count = shape.reduce((product, size) => product * size, 1);
    tensors[name] = { shape, data: flat.slice(offset, offset + count) as Float32Array<ArrayBuffer> };
    offset += count;
  }
  return tensors;
}

/** Values of a parameter: flat in row-major order, or a tensor with its shape. */
export type ParameterValues =
  | ArrayLike<number>
  | { readonly shape?: readonly number[]; readonly data: ArrayLike<number> };

/** Parameters of a layer by name, or what `weights` says of it. */
export type LayerParameterValues =
  | Readonly<Record<string, ParameterValues>>
  | { readonly parameters: Readonly<Record<string, ParameterValues>>; readonly effective: EffectiveWeights };

/**
 * The reverse of `splitParameters`. Throws DataError when a tensor is missing or unknown, has another size or shape, or is not
 * finite.
 */
export function joinParameters(
  layer: ResolvedLayer,
  given: LayerParameterValues,
  where: string,
): Float32Array<ArrayBuffer> {
  const fields = parameterNames(layer);
  const named = 'effective' in given && 'parameters' in given ? given.parameters : given;
  const tensors = named as Readonly<Record<string, ParameterValues>>;
  const names = fields.map(({ name }) => name);
  const unknown = Object.keys(tensors).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new DataError(
      `${where}: ${layer.record.name} has no parameter ${unknown}; it has ${names.join(', ')}`,
    );
  }
  const flat = new Float32Array(parameterCounts(layer).all);
  let offset = 0;
  for (const { name, shape } of fields) {
    const values = valuesOf(Object.hasOwn(tensors, name) ? tensors[name] : undefined, shape, () => {
      return `${where}: parameter ${name} of ${layer.record.name}`;
    });
    flat.set(values, offset);
    offset += values.length;
  }
  return flat;
}

/** The values of one tensor, checked; `where` names it. */
function valuesOf(
  given: ParameterValues | undefined,
  shape: readonly number[],
  where: () => string,
): ArrayLike<number> {
  if (given === undefined || given === null) throw new DataError(`${where()} is missing`);
  const values = 'data' in given ? given.data : given;
  const count = shape.reduce((product, size) => product * size, 1);
  if ('data' in given && given.shape && String(given.shape) !== String(shape)) {
    throw new DataError(`${where()} has shape [${given.shape}]; it must be [${shape}]`);
  }
  if (values?.length !== count) {
    throw new DataError(`${where()} has ${String(values?.length)} values; shape [${shape}] needs ${count}`);
  }
  for (let index = 0; index < count; index++) {
    if (Number.isFinite(values[index])) continue;
    throw new DataError(`${where()} has ${String(values[index])} at index ${index}; it must be finite`);
  }
  return values;
}
