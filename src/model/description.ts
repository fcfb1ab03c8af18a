/** A model as its user describes it, and the same checked and resolved. Pure data; nothing here touches the GPU. */

import { type Layer, parameterCounts } from '../../shaders/kernels/parameters.ts';
import { OptionError } from '../errors.ts';
import { createRandom } from '../random.ts';
import { draw } from '../units/initializers.ts';
import { findUnit } from '../units/known.ts';
import type { Initialization, Unit, UnitOptions } from '../units/unit.ts';

export interface LayerDescription {
  /** Name of a unit of the package, or a unit record; with `nalu-webgpu/core`, a record. */
  unit: string | Unit;
  /** Outputs of the layer. */
  outputs: number;
  /** Name of one of the unit's schemes of initial values, or a scheme. Default: the unit's own default. */
  initialization?: string | Initialization;
  /** Options of the unit; the defaults stand in its record. */
  options?: UnitOptions;
}

export interface ModelDescription {
  /** Inputs of the first layer. */
  inputs: number;
  /** From input to output; each layer reads the outputs of the one before. */
  layers: readonly LayerDescription[];
  /** Seed of the initial values, an unsigned 32-bit integer. Default 0. */
  seed?: number;
}

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
}

/** Stream of the random numbers that initial values are drawn from: one per layer, from here on. */
const INITIAL_VALUES = 0x100;
/** From the streams of one draw of the initial values to those of the next. */
const DRAW = 0x10000;

/** Checks `description` and fills in its defaults. Throws OptionError. */
export function resolveModel(description: ModelDescription): ResolvedModel {
  if (!Array.isArray(description?.layers) || description.layers.length === 0) {
    throw new OptionError('a model needs at least one layer: layers: [{ unit: "NALU", outputs: 1 }]');
  }
  checkSize('inputs', description.inputs);
  const seed = description.seed ?? 0;
  checkSeed('seed', seed);
  let inputs = description.inputs;
  const layers = description.layers.map((layer, index) => {
    const resolved = resolveLayer(layer, inputs, `layers[${index}]`);
    inputs = resolved.outputs;
    return resolved;
  });
  return { inputs: description.inputs, outputs: inputs, layers, seed };
}

function resolveLayer(layer: LayerDescription, inputs: number, where: string): ResolvedLayer {
  const record = typeof layer.unit === 'string' ? findUnit(layer.unit) : layer.unit;
  checkSize(`${where}.outputs`, layer.outputs);
  const options = { ...record.options };
  for (const [name, value] of Object.entries(layer.options ?? {})) {
    if (!(name in options)) {
      const known = Object.keys(options).join(', ') || 'none';
      throw new OptionError(
        `${where}.options.${name} is not an option of ${record.name}; its options: ${known}`,
      );
    }
    if (!Number.isFinite(value)) {
      throw new OptionError(`${where}.options.${name} is ${value}; it must be a finite number`);
    }
    options[name] = value;
  }
  const unit = record.shader(options);
  const initialization = resolveInitialization(layer, record, where);
  for (const field of parameterNames({ unit, inputs, outputs: layer.outputs })) {
    if (!(field.name in initialization)) {
      throw new OptionError(
        `${where}.initialization says nothing of parameter ${field.name} of ${record.name}`,
      );
    }
  }
  return { unit, inputs, outputs: layer.outputs, record, options, initialization };
}

function resolveInitialization(layer: LayerDescription, record: Unit, where: string): Initialization {
  const wanted = layer.initialization ?? record.initialization;
  if (typeof wanted !== 'string') return wanted;
  const found = record.initializations[wanted];
  if (!found) {
    const known = Object.keys(record.initializations).join(', ');
    throw new OptionError(
      `${where}.initialization '${wanted}' is not known for ${record.name}; known: ${known}`,
    );
  }
  return found;
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
  if (!Number.isSafeInteger(value) || (value as number) < 1) {
    throw new OptionError(`${name} is ${String(value)}; it must be a whole number of at least 1`);
  }
}

/** Models of one ensemble: more results than one list is of use for. */
const MOST_MODELS = 1_000_000;

/** Throws OptionError for more models than an ensemble may have. */
export function checkModels(models: number): void {
  if (!(models > MOST_MODELS)) return;
  throw new OptionError(
    `seeds are for ${models} models; at most ${MOST_MODELS} can be trained in one run: train them in several`,
  );
}

/** Throws OptionError unless `value` is an unsigned 32-bit integer. */
export function checkSeed(name: string, value: unknown): asserts value is number {
  if (!Number.isInteger(value) || (value as number) < 0 || (value as number) > 0xffffffff) {
    throw new OptionError(`${name} is ${String(value)}; it must be a whole number from 0 to 4294967295`);
  }
}
