/** Parameters as people read them: named tensors, and the effective weights computed from them. */

import { parameterCounts } from '../../shaders/kernels/parameters.ts';
import { DataError, OptionError } from '../errors.ts';
import { show } from '../options/check.ts';
import { isList } from '../options/list.ts';
import type { EffectiveWeights, RawParameters } from '../units/unit.ts';
import {
  initialParameters,
  type ModelDescription,
  parameterNames,
  type ResolvedLayer,
  type ResolvedModel,
  resolveModel,
} from './description.ts';

/** A tensor in row-major order. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}

/** Parameters of a layer, raw and effective. */
export interface LayerWeights {
  /** Name of the unit. */
  readonly unit: string;
  /** Raw parameters by name: `[in, out]` per edge, `[in]` per input, `[out]` per output. */
  readonly parameters: Readonly<Record<string, Tensor>>;
  /** Effective weights by name (W = tanh(Ŵ) σ(M̂) and so on), `[in][out]`, from the raw ones in float64. */
  readonly effective: EffectiveWeights;
}

/**
 * What `createModel` begins with: parameters and effective weights of every layer, drawn from the seed of `description`, without a
 * GPU. Throws OptionError for a bad description.
 */
export function initialWeights(description: ModelDescription): LayerWeights[] {
  const model = resolveModel(description);
  return model.layers.map((layer, index) => readWeights(layer, initialParameters(model, index)));
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
): LayerWeights[] => {
  const models = parameters.length / parametersPerModel(description);
  if (!(Number.isInteger(model) && model >= 0 && model < models)) {
    throw new OptionError(`there is no model ${String(model)}; they are numbered from 0 to ${models - 1}`);
  }
  return eachLayer(description, parameters, model, readWeights);
};

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

/** A tensor as it is given: its values in row-major order, with their shape or without. */
export type GivenTensor =
  | ArrayLike<number>
  | { readonly data: ArrayLike<number>; readonly shape?: readonly number[] };

/** Parameters of a layer by name, or what `weights` says of it. */
export type GivenParameters =
  | Readonly<Record<string, GivenTensor>>
  | { readonly parameters: Readonly<Record<string, GivenTensor>>; readonly effective: EffectiveWeights };

/**
 * The reverse of `splitParameters`. Throws DataError when a tensor is missing or unknown, has another shape or size, or is not
 * finite.
 */
export function joinParameters(
  layer: ResolvedLayer,
  given: GivenParameters,
  where: string,
): Float32Array<ArrayBuffer> {
  if (typeof given !== 'object' || given === null) {
    throw new DataError(`${where}: the parameters are ${show(given)}; they must be tensors by name`);
  }
  const named = 'effective' in given && 'parameters' in given ? given.parameters : given;
  const tensors = (named ?? {}) as Readonly<Record<string, GivenTensor>>;
  const known = parameterNames(layer);
  for (const name of Object.keys(tensors)) {
    if (known.some((parameter) => parameter.name === name)) continue;
    const names = known.map((parameter) => parameter.name).join(', ');
    throw new DataError(`${where}: ${layer.record.name} has no parameter ${name}; it has: ${names}`);
  }
  const parts = known.map(({ name, shape }) => {
    const given = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
    if (!given) throw new DataError(`${where}: parameter ${name} of ${layer.record.name} is missing`);
    const tensor = isList(given) ? { data: given, shape: undefined } : given;
    const { data: values, shape: own } = tensor as Exclude<GivenTensor, ArrayLike<number>>;
    if (!isList(values) || !(own === undefined || isList(own))) {
      throw new DataError(`${where}: parameter ${name} is ${show(given)}; it must be a list or { data }`);
    }
    if (own && (own.length !== shape.length || own.some((size, axis) => size !== shape[axis]))) {
      throw new DataError(`${where}: parameter ${name} has the shape [${own}]; it must be [${shape}]`);
    }
    const count = shape.reduce((product, size) => product * size, 1);
    if (values.length !== count) {
      throw new DataError(
        `${where}: parameter ${name} has ${values.length} values; shape [${shape}] needs ${count}`,
      );
    }
    for (let index = 0; index < count; index++) {
      if (!Number.isFinite(values[index])) {
        throw new DataError(
          `${where}: parameter ${name} has ${values[index]} at index ${index}; it must be finite`,
        );
      }
    }
    return Float32Array.from(values);
  });
  const flat = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    flat.set(part, offset);
    offset += part.length;
  }
  return flat;
}
