/**
 * A trained model as safetensors: tensors `layers.K.NAME` in float32 with the names of the unit's parameters (W_hat is Ŵ),
 * and as metadata, all of it text: `format` and `model` (the architecture, with its version), `columns` and `targets` (JSON
 * lists of names), `scaling` (JSON, where any column was scaled), `formula`, and `note.NAME`. docs/files.md has it in full.
 */

import { FileFormatError } from '../errors.ts';
import { type Scaling, unscaled } from '../formula/scaling.ts';
import { type ModelDescription, parameterNames, resolveModel } from '../model/description.ts';
import { joinParameters, splitParameters, type Tensor } from '../model/weights.ts';
import { checkOptions } from '../options/check.ts';
import {
  anything,
  type Description,
  having,
  list,
  map,
  needed,
  number,
  options,
  text,
} from '../options/kinds.ts';
import { type ArchitectureOptions, modelFromJson, modelToJson } from './architecture.ts';
import type { Bytes } from './bytes.ts';
import { isObject, type Json, parseJson } from './json.ts';
import {
  float32,
  readSafetensors,
  type SafeTensor,
  type Safetensors,
  writeSafetensors,
} from './safetensors.ts';

/** A column of the table: its name, and how its values were scaled before they reached the model. */
export interface ModelColumn extends Scaling {
  readonly name: string;
}

/** The columns of a table that a model was trained on. */
export interface ModelColumns {
  /** One per input of the model. */
  readonly inputs: readonly ModelColumn[];
  /** One per output. */
  readonly targets: readonly ModelColumn[];
}

/** What `loadModel` gives: the architecture, its parameters, and what was kept with them. */
export interface SavedModel {
  readonly model: ModelDescription;
  /** Parameters of every layer by name; `Model.setParameters` takes them as they are. */
  readonly parameters: readonly Readonly<Record<string, Tensor>>[];
  readonly columns?: ModelColumns;
  /** What the model computes, as text, where it was read and found good: `E = 0.5 * m * v^2`. */
  readonly formula?: string;
  /** Anything else worth keeping, as text: what it was trained with, its errors. */
  readonly notes?: Readonly<Record<string, string>>;
}

/** What `saveModel` takes. */
export interface ModelToSave extends Omit<SavedModel, 'parameters'> {
  readonly parameters: readonly Readonly<Record<string, { readonly data: ArrayLike<number> }>>[];
}

const columns = needed(
  list(having<ModelColumn>('a column { name, offset, scale }', 'name', 'offset', 'scale')),
);

/** The model of a search has its distance from the formula besides. */
type Saved = ModelToSave & { readonly distance?: number };

const saveDescription: Description<Saved> = {
  fields: {
    model: needed(anything('the description of a model')),
    parameters: needed(list(anything('the parameters of a layer by name'))),
    columns: options<ModelColumns>({ fields: { inputs: columns, targets: columns } }),
    formula: text,
    notes: map(text),
    distance: number(),
  },
};

const FORMAT = 'model';
const NAME = 'nalu-webgpu/model';
const NOTE = 'note.';

/** Throws DataError where a parameter is missing, of another size or not finite. */
export function saveModel(saved: ModelToSave): Uint8Array<ArrayBuffer> {
  const given = checkOptions<Saved>(saveDescription, saved, 'a model to save');
  const { model, parameters, columns, formula, notes = {} } = given;
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
    ...(columns && columnTexts(columns)),
    ...(formula !== undefined && { formula }),
    ...Object.fromEntries(Object.entries(notes).map(([name, text]) => [NOTE + name, text])),
  };
  return writeSafetensors({ tensors, metadata });
}

/** The reverse of `saveModel`, to the bit. Throws FileFormatError. */
export function loadModel(bytes: Bytes, options: ArchitectureOptions = {}): SavedModel {
  const { tensors, metadata } = readSafetensors(bytes);
  if (metadata.format !== NAME || metadata.model === undefined) {
    const hint =
      metadata.format === 'nalu-webgpu/formula' ? ': it holds a formula, which loadFormula reads' : '';
    return refuse(
      '__metadata__',
      `format is ${JSON.stringify(metadata.format)}; expected "${NAME}" with a model${hint}`,
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
      columns: readColumns(metadata, resolved.inputs, resolved.outputs),
    }),
    ...(metadata.formula !== undefined && { formula: metadata.formula }),
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

function columnTexts({ inputs, targets }: ModelColumns): Record<string, string> {
  const names = (columns: readonly ModelColumn[]) => JSON.stringify(columns.map(({ name }) => name));
  const numbers = (columns: readonly ModelColumn[]) =>
    columns.map(({ offset, scale }): Scaling => ({ offset, scale }));
  const scaled = [...inputs, ...targets].some(({ offset, scale }) => offset !== 0 || scale !== 1);
  return {
    columns: names(inputs),
    targets: names(targets),
    ...(scaled && { scaling: JSON.stringify({ inputs: numbers(inputs), targets: numbers(targets) }) }),
  };
}

function readColumns(
  { columns = '', targets = '', scaling }: Safetensors['metadata'],
  inputs: number,
  outputs: number,
): ModelColumns {
  const parsed = scaling === undefined ? undefined : parse(scaling);
  if (parsed !== undefined && !isObject(parsed)) {
    return refuse('scaling', 'must be an object of inputs and targets');
  }
  const list = (key: string, text: string, scalings: string, count: number): ModelColumn[] => {
    const names = listOf(parse(text), key, count);
    const numbers = parsed && listOf(parsed[scalings], `scaling.${scalings}`, count);
    return names.map((name, k) => {
      if (typeof name !== 'string') return refuse(`${key}[${k}]`, 'must be a name');
      if (names.indexOf(name) !== k) return refuse(`${key}[${k}]`, `'${name}' is there twice`);
      return { name, ...(numbers ? readScaling(numbers[k], `scaling.${scalings}[${k}]`) : unscaled) };
    });
  };
  return {
    inputs: list('columns', columns, 'inputs', inputs),
    targets: list('targets', targets, 'targets', outputs),
  };
}

const parse = (text: string): Json => parseJson(text, { format: FORMAT, depth: 4, values: 1e6 });

const listOf = (value: Json | undefined, path: string, count: number): Json[] =>
  Array.isArray(value) && value.length === count ? value : refuse(path, `must list ${count}`);

function readScaling(value: Json | undefined, where: string): Scaling {
  const { offset, scale } = value !== undefined && isObject(value) ? value : {};
  const isNumber = (number: Json | undefined): number is number => Number.isFinite(number);
  if (!isNumber(offset) || !isNumber(scale) || scale === 0) {
    return refuse(where, 'needs a finite offset and a finite scale other than 0');
  }
  return { offset, scale };
}

function refuse(path: string, message: string): never {
  throw new FileFormatError(FORMAT, { path }, message);
}
