/**
 * A model's description as JSON with a version: { "format": "nalu-webgpu/model", "version": 1, "inputs", "layers", "seed" }.
 * What is read is checked as what users write in code is.
 */

import { FileFormatError, NaluError } from '../errors.ts';
import { type LayerDescription, type ModelDescription, resolveModel } from '../model/description.ts';
import type { Initializer } from '../units/initializers.ts';
import type { Initialization, Unit } from '../units/unit.ts';
import { isObject, type Json, type JsonObject, parseJson } from './json.ts';

export interface ArchitectureOptions {
  /** Units from outside the package that descriptions may name. */
  units?: readonly Unit[];
}

const FORMAT = 'model';
const NAME = 'nalu-webgpu/model';
const VERSION = 1;
/** Layers of one model; more are not a model but an attack. */
const MAX_LAYERS = 1000;

/** Numbers of every distribution of initial values; those with a question mark may be missing. */
const initializers: Readonly<Record<Initializer['kind'], readonly string[]>> = {
  constant: ['value'],
  uniform: ['low', 'high'],
  normal: ['mean', 'deviation'],
  truncatedNormal: ['deviation'],
  xavierUniform: ['gain?', 'limit?'],
  xavierNormal: [],
  kaimingUniform: ['gain'],
  nac: [],
  orthogonal: [],
  identity: [],
};

/** `description` as JSON, without defaults; a unit from outside the package by its name. */
export function modelToJson(description: ModelDescription): string {
  resolveModel(description);
  const { inputs, layers, seed } = description;
  const named = layers.map(({ unit, ...rest }) => ({
    unit: typeof unit === 'string' ? unit : unit.name,
    ...rest,
  }));
  return JSON.stringify({ format: NAME, version: VERSION, inputs, layers: named, seed });
}

/** The description in `text`. Throws FileFormatError with the offset, or with the path of what is wrong. */
export function modelFromJson(text: string, options: ArchitectureOptions = {}): ModelDescription {
  const { format, version, inputs, layers, seed, ...others } = objectOf(
    parseJson(text, { format: FORMAT, depth: 6, values: 1e6 }),
    'the description',
  );
  if (format !== NAME) refuse('format', `it is ${JSON.stringify(format)}; expected "${NAME}"`);
  if (version !== VERSION) {
    refuse('version', `it is ${JSON.stringify(version)}; this release reads version ${VERSION}`);
  }
  checkNoOthers(others, 'the description');
  if (!Array.isArray(layers) || layers.length > MAX_LAYERS) {
    return refuse('layers', `must be a list of at most ${MAX_LAYERS}`);
  }
  const description = {
    inputs: inputs as number,
    layers: layers.map((layer, k) => readLayer(layer, `layers[${k}]`, options.units ?? [])),
    ...(seed !== undefined && { seed: seed as number }),
  };
  try {
    resolveModel(description);
  } catch (cause) {
    if (!(cause instanceof NaluError)) throw cause;
    throw new FileFormatError(FORMAT, { path: 'layers' }, cause.message, { cause });
  }
  return description;
}

function readLayer(value: Json, where: string, units: readonly Unit[]): LayerDescription {
  const { unit, outputs, initialization, options, ...others } = objectOf(value, where);
  if (typeof unit !== 'string') return refuse(`${where}.unit`, 'must be the name of a unit');
  checkNoOthers(others, where);
  return {
    unit: units.find(({ name }) => name === unit) ?? unit,
    outputs: outputs as number,
    ...(initialization !== undefined && {
      initialization:
        typeof initialization === 'string'
          ? initialization
          : readInitialization(initialization, `${where}.initialization`),
    }),
    ...(options !== undefined && { options: readNumbers(options, `${where}.options`) }),
  };
}

function readInitialization(value: Json, where: string): Initialization {
  const entries = Object.entries(objectOf(value, where)).map(([name, given]) => {
    const { kind, ...numbers } = objectOf(given, `${where}.${name}`);
    if (typeof kind !== 'string' || !Object.hasOwn(initializers, kind)) {
      const known = Object.keys(initializers).join(', ');
      return refuse(`${where}.${name}.kind`, `it is ${JSON.stringify(kind)}; known: ${known}`);
    }
    const fields = initializers[kind as Initializer['kind']];
    const values = readNumbers(numbers, `${where}.${name}`);
    const missing = fields.find((field) => !field.endsWith('?') && !(field in values));
    if (missing !== undefined) refuse(`${where}.${name}.${missing}`, 'it is missing');
    const unknown = Object.keys(values).find((field) => !fields.some((f) => f.replace('?', '') === field));
    if (unknown !== undefined) refuse(`${where}.${name}.${unknown}`, `does not belong to ${kind}`);
    return [name, { kind, ...values } as Initializer] as const;
  });
  return Object.fromEntries(entries);
}

function readNumbers(value: Json, where: string): Record<string, number> {
  return Object.fromEntries(
    Object.entries(objectOf(value, where)).map(([name, number]) => [
      name,
      typeof number === 'number' && Number.isFinite(number)
        ? number
        : refuse(`${where}.${name}`, `it is ${JSON.stringify(number)}; it must be a finite number`),
    ]),
  );
}

const objectOf = (value: Json, where: string): JsonObject =>
  isObject(value) ? value : refuse(where, 'must be an object');

function checkNoOthers(others: JsonObject, where: string): void {
  const [name] = Object.keys(others);
  if (name !== undefined) refuse(where, `${JSON.stringify(name)} is not known here`);
}

function refuse(path: string, message: string): never {
  throw new FileFormatError(FORMAT, { path }, message);
}
