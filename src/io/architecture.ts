/**
 * A model's description as JSON with a version: { "format": "nalu-webgpu/model", "version": 1, "inputs", "layers", "seed" }.
 * What is read is checked as what users write in code is.
 */

import { FileFormatError, NaluError } from '../errors.ts';
import { checkModel, type ModelDescription } from '../model/description.ts';
import { checkArguments, checkOptions } from '../options/check.ts';
import { type Description, list, text as textKind } from '../options/kinds.ts';
import { type Unit, unitKind } from '../units/unit.ts';
import { isObject, type Json, type JsonObject, parseJson } from './json.ts';

/** What the reading of an architecture may be told. */
export interface ArchitectureOptions {
  /** Units from outside the package that descriptions may name. */
  units?: readonly Unit[];
}

const architectureDescription: Description<ArchitectureOptions> = {
  fields: { units: list(unitKind) },
};

const FORMAT = 'model';
const NAME = 'nalu-webgpu/model';
const VERSION = 1;
/** Layers of one model; more are not a model but an attack. */
const MAX_LAYERS = 1000;

/** `description` as JSON, without defaults; a unit from outside the package by its name. */
export function modelToJson(description: ModelDescription): string {
  const { inputs, layers, seed } = checkModel(description);
  const named = layers.map(({ unit, ...rest }) => ({
    unit: typeof unit === 'string' ? unit : unit.name,
    ...rest,
  }));
  return JSON.stringify({ format: NAME, version: VERSION, inputs, layers: named, seed });
}

/** The description in `text`. Throws FileFormatError with the offset, or with the path of what is wrong. */
export function modelFromJson(text: string, options: ArchitectureOptions = {}): ModelDescription {
  checkArguments('modelFromJson()', { text }, { text: textKind });
  const own = checkOptions(architectureDescription, options, 'reading a model').units ?? [];
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
    inputs,
    layers: layers.map((layer, k) => withUnit(layer, `layers[${k}]`, own)),
    ...(seed !== undefined && { seed }),
  };
  try {
    return checkModel(description as unknown as ModelDescription);
  } catch (cause) {
    if (!(cause instanceof NaluError)) throw cause;
    // The message names the option; the position is the layer that has it.
    const path = /layers\[\d+\]/.exec(cause.message)?.[0] ?? 'the description';
    throw new FileFormatError(FORMAT, { path }, cause.message, { cause });
  }
}

/** A layer with its unit's record in place of the name, where it is one of `units`. The rest is checked with the whole. */
function withUnit(value: Json, where: string, units: readonly Unit[]): object {
  const layer = objectOf(value, where);
  if (typeof layer.unit !== 'string') return refuse(`${where}.unit`, 'must be the name of a unit');
  const own = units.find(({ name }) => name === layer.unit);
  return own ? { ...layer, unit: own } : layer;
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
