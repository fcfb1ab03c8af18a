/**
 * A trained model as safetensors: tensors `layers.K.NAME` in float32 with the names of the unit's parameters (W_hat is Ŵ),
 * and as metadata the architecture, the columns of the table it was trained on with their scaling, and notes.
 */

import { FileFormatError } from '../errors.ts';
import type { Scaling } from '../formula/scaling.ts';
import { type ModelDescription, parameterNames, resolveModel } from '../model/description.ts';
import { joinParameters, splitParameters, type Tensor } from '../model/weights.ts';
import { type ArchitectureOptions, modelFromJson, modelToJson } from './architecture.ts';
import { isObject, type Json, parseJson } from './json.ts';
import { float32, readSafetensors, type SafeTensor, writeSafetensors } from './safetensors.ts';

/** A column of the table: its name, and how its values were scaled before they reached the model. */
export interface ModelColumn extends Scaling {
  readonly name: string;
}

export interface ModelColumns {
  /** One per input of the model. */
  readonly inputs: readonly ModelColumn[];
  /** One per output. */
  readonly targets: readonly ModelColumn[];
}

export interface SavedModel {
  readonly model: ModelDescription;
  /** Parameters of every layer by name; `Model.setParameters` takes them as they are. */
  readonly parameters: readonly Readonly<Record<string, Tensor>>[];
  readonly columns?: ModelColumns;
  /** Anything else worth keeping, as text: what it was trained with, its errors. */
  readonly notes?: Readonly<Record<string, string>>;
}

export interface ModelToSave extends Omit<SavedModel, 'parameters'> {
  readonly parameters: readonly Readonly<Record<string, { readonly data: ArrayLike<number> }>>[];
}

const FORMAT = 'model';
const NAME = 'nalu-webgpu/model';
const NOTE = 'note.';

/** Throws DataError where a parameter is missing, of another size or not finite. */
export function saveModel({ model, parameters, columns, notes = {} }: ModelToSave): Uint8Array<ArrayBuffer> {
  const tensors = new Map<string, SafeTensor>();
  for (const [k, layer] of resolveModel(model).layers.entries()) {
    const flat = joinParameters(layer, parameters[k] ?? {}, `layer ${k}`);
    for (const [name, { shape, data }] of Object.entries(splitParameters(layer, flat))) {
      tensors.set(`layers.${k}.${name}`, float32(shape, data));
    }
  }
  const metadata = {
    format: NAME,
    model: modelToJson(model),
    ...(columns && { columns: JSON.stringify(columns) }),
    ...Object.fromEntries(Object.entries(notes).map(([name, text]) => [NOTE + name, text])),
  };
  return writeSafetensors({ tensors, metadata });
}

/** The reverse of `saveModel`, to the bit. Throws FileFormatError. */
export function loadModel(bytes: Uint8Array, options: ArchitectureOptions = {}): SavedModel {
  const { tensors, metadata } = readSafetensors(bytes);
  if (metadata.format !== NAME || metadata.model === undefined) {
    return refuse(
      '__metadata__',
      `format is ${JSON.stringify(metadata.format)}; expected "${NAME}" with a model`,
    );
  }
  const model = modelFromJson(metadata.model, options);
  const resolved = resolveModel(model);
  const unused = new Set(tensors.keys());
  const parameters = resolved.layers.map((layer, k) =>
    Object.fromEntries(
      parameterNames(layer).map(({ name, shape }) => {
        unused.delete(`layers.${k}.${name}`);
        return [name, readTensor(tensors, `layers.${k}.${name}`, shape)];
      }),
    ),
  );
  const [extra] = unused;
  if (extra !== undefined) refuse(extra, 'this tensor does not belong to the model');
  const notes = Object.entries(metadata)
    .filter(([name]) => name.startsWith(NOTE))
    .map(([name, text]) => [name.slice(NOTE.length), text]);
  return {
    model,
    parameters,
    ...(metadata.columns !== undefined && {
      columns: readColumns(metadata.columns, resolved.inputs, resolved.outputs),
    }),
    ...(notes.length > 0 && { notes: Object.fromEntries(notes) }),
  };
}

function readTensor(
  tensors: ReadonlyMap<string, SafeTensor>,
  name: string,
  shape: readonly number[],
): Tensor {
  const tensor = tensors.get(name);
  if (!tensor) return refuse(name, 'this tensor is missing');
  const { dtype, data } = tensor;
  if (dtype !== 'F32' || !(data instanceof Float32Array)) {
    return refuse(name, `this tensor is ${dtype}; expected F32`);
  }
  if (tensor.shape.length !== shape.length || tensor.shape.some((size, k) => size !== shape[k])) {
    refuse(name, `this tensor has shape [${tensor.shape}]; expected [${shape}]`);
  }
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) refuse(name, `this tensor has ${data[bad]} at index ${bad}; it must be finite`);
  return { shape, data };
}

function readColumns(text: string, inputs: number, outputs: number): ModelColumns {
  const value = parseJson(text, { format: FORMAT, depth: 4, values: 1e6 });
  if (!isObject(value)) return refuse('columns', 'must be an object of inputs and targets');
  const list = (name: string, count: number): ModelColumn[] => {
    const given = value[name];
    if (!Array.isArray(given) || given.length !== count) refuse(`columns.${name}`, `must list ${count}`);
    return (given as Json[]).map((column, k) => readColumn(column, `columns.${name}[${k}]`));
  };
  return { inputs: list('inputs', inputs), targets: list('targets', outputs) };
}

function readColumn(value: Json, where: string): ModelColumn {
  if (!isObject(value)) return refuse(where, 'must be an object of name, offset and scale');
  const { name, offset, scale } = value;
  const isNumber = (number: Json | undefined): number is number => Number.isFinite(number);
  if (typeof name !== 'string' || !isNumber(offset) || !isNumber(scale) || scale === 0) {
    return refuse(where, 'needs a name, a finite offset and a finite scale other than 0');
  }
  return { name, offset, scale };
}

function refuse(path: string, message: string): never {
  throw new FileFormatError(FORMAT, { path }, message);
}
