/** A model as its user describes it, and the same checked and resolved. Pure data; nothing here touches the GPU. */

import { type Layer, parameterCounts } from '../../shaders/kernels/parameters.ts';
import { OptionError } from '../errors.ts';
import { checkOptions, checkValue, show } from '../options/check.ts';
import {
  called,
  type Description,
  either,
  type Fields,
  type Kind,
  keyOf,
  list,
  map,
  needed,
  number,
  options,
  seed,
  size,
  text,
} from '../options/kinds.ts';
import { createRandom } from '../random.ts';
import type { UnitName } from '../units/descriptions.ts';
import { draw, initializationKind } from '../units/initializers.ts';
import { findUnit } from '../units/known.ts';
import { type Initialization, type Unit, type UnitOptions, unitKind } from '../units/unit.ts';

/** One layer of a model: a unit and how many outputs it has. */
export interface LayerDescription {
  /** Name of a unit of the package, or a unit record; with `nalu-webgpu/core`, a record. */
  unit: UnitName | Unit;
  /** Outputs of the layer. */
  outputs: number;
  /** Name of one of the unit's schemes of initial values, or a scheme. Default: the unit's own default. */
  initialization?: string | Initialization;
  /** Options of the unit; the defaults stand in its record. */
  options?: UnitOptions;
}

/** A stack of layers. */
export interface StackDescription {
  /** Inputs of the first layer. */
  inputs: number;
  /** From input to output; each layer reads the outputs of the one before. */
  layers: readonly LayerDescription[];
}

/** A model: its inputs, its layers from input to output, and the seed of its initial values. */
export interface ModelDescription extends StackDescription {
  /** Seed of the initial values, an unsigned 32-bit integer. Default 0. */
  seed?: number;
}

const finite = number();

const layerFields: Fields<LayerDescription> = {
  unit: needed(called('the name of a unit, or its record', either(text as Kind<UnitName>, unitKind))),
  outputs: needed(size),
  initialization: either(text, initializationKind),
  options: map(finite),
};

export const stackFields: Fields<StackDescription> = {
  inputs: needed(size),
  layers: needed(
    called(
      'a list of at least one layer: layers: [{ unit: "NALU", outputs: 1 }]',
      list(options({ fields: layerFields }), 1),
    ),
  ),
};

const modelDescription: Description<ModelDescription> = { fields: { ...stackFields, seed } };

export interface ResolvedLayer extends Layer {
  readonly record: Unit;
  readonly options: UnitOptions;
  readonly initialization: Initialization;
}

export interface ResolvedModel {
  readonly inputs: number;
  readonly outputs: number;
  readonly layers: readonly ResolvedLayer[];
  readonly seed: number;
  /** Whether it reads sequences: layer 0 is the initial state, layer 1 the cell, and `inputs` those of one step. */
  readonly recurrent?: boolean;
}

/** Stream of the random numbers that initial values are drawn from: one per layer, from here on. */
const INITIAL_VALUES = 0x100;
/** From the streams of one draw of the initial values to those of the next. */
const DRAW = 0x10000;

/** A copy of `description`, once it is known to describe a model. Throws OptionError. */
export function checkModel(description: ModelDescription): ModelDescription {
  const given = checkOptions(modelDescription, description, 'a model');
  resolve(given);
  return given;
}

/** Checks `description` and fills in its defaults. Throws OptionError. */
export const resolveModel = (description: ModelDescription): ResolvedModel =>
  resolve(checkOptions(modelDescription, description, 'a model'));

function resolve(given: ModelDescription): ResolvedModel {
  let { inputs } = given;
  const layers = given.layers.map((layer, index) => {
    const resolved = resolveLayer(layer, inputs, `layers[${index}]`);
    inputs = resolved.outputs;
    return resolved;
  });
  return { inputs: given.inputs, outputs: inputs, layers, seed: given.seed ?? 0 };
}

/** The description of `model` with all defaults filled in: `resolveModel` makes the same model of it. */
export const describeModel = ({ inputs, layers, seed }: ResolvedModel): Required<ModelDescription> => ({
  inputs,
  layers: layers.map(({ record, outputs, initialization, options }) => ({
    unit: record,
    outputs,
    initialization,
    options,
  })),
  seed,
});

function resolveLayer(layer: LayerDescription, inputs: number, where: string): ResolvedLayer {
  const record = typeof layer.unit === 'string' ? findUnit(layer.unit) : layer.unit;
  const { outputs } = layer;
  const fields = Object.fromEntries(Object.keys(record.options).map((name) => [name, finite]));
  const given = checkOptions<UnitOptions>(
    { fields },
    layer.options ?? {},
    `${record.name} (${where}.options)`,
  );
  const options = { ...record.options, ...given };
  const unit = record.shader(options);
  if (!unit?.edge)
    throw new OptionError(`the shader of unit '${record.name}' is ${show(unit)}; it must be a fragment`);
  const initialization = resolveInitialization(layer, record, where);
  for (const field of parameterNames({ unit, inputs, outputs })) {
    if (!Object.hasOwn(initialization, field.name)) {
      throw new OptionError(
        `${where}.initialization has no initial values for parameter ${field.name} of ${record.name}`,
      );
    }
  }
  return { unit, inputs, outputs, record, options, initialization };
}

function resolveInitialization(layer: LayerDescription, record: Unit, where: string): Initialization {
  const wanted = layer.initialization ?? record.initialization;
  if (typeof wanted !== 'string') return wanted;
  const name = checkValue(keyOf(record.initializations), wanted, `${where}.initialization`);
  return record.initializations[name] as Initialization;
}

/** Every parameter tensor of a layer in the order it stands in memory, with its shape. */
export function parameterNames({ unit, inputs, outputs }: Layer): { name: string; shape: number[] }[] {
  return [
    ...unit.edge.map((name) => ({ name, shape: [inputs, outputs] })),
    ...(unit.input ?? []).map((name) => ({ name, shape: [inputs] })),
    ...(unit.output ?? []).map((name) => ({ name, shape: [outputs] })),
  ];
}

/** Initial parameters of layer `index`, drawn from the model's seed; `draws` counts how often they were drawn before. */
export function initialParameters(model: ResolvedModel, index: number, draws = 0): Float32Array<ArrayBuffer> {
  const layer = model.layers[index] as ResolvedLayer;
  const values = new Float32Array(parameterCounts(layer).all);
  const random = createRandom(model.seed, INITIAL_VALUES + index + DRAW * draws);
  let offset = 0;
  for (const { name, shape } of parameterNames(layer)) {
    const count = shape.reduce((product, size) => product * size, 1);
    const initializer = layer.initialization[name];
    if (!initializer) throw new OptionError(`no initial value for parameter ${name} of ${layer.record.name}`);
    values.set(draw(initializer, count, layer.inputs, layer.outputs, random), offset);
    offset += count;
  }
  return values;
}

/** Throws OptionError unless `value` is a whole number of at least 1. */
export function checkSize(name: string, value: unknown): asserts value is number {
  checkValue(size, value as number, name);
}

/** Throws OptionError unless `value` is an unsigned 32-bit integer. */
export function checkSeed(name: string, value: unknown): asserts value is number {
  checkValue(seed, value as number, name);
}
