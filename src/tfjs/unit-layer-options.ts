/** Options of a unit's layer in TensorFlow.js, and how it is saved. */

import {
  anything,
  type Description,
  either,
  flag,
  list,
  map,
  needed,
  number,
  oneOf,
  options,
  seed,
  size,
  text,
} from '../options/kinds.ts';
import { type Initializer, initializationKind, initializerKind } from '../units/initializers.ts';
import type { Initialization, Unit, UnitOptions } from '../units/unit.ts';
import type { Tensor } from './tensorflow.ts';

/** The unit's own penalty as a part of the loss, without a schedule. */
export interface Penalty {
  /** What it is multiplied by. */
  strength: number;
  /** Over the elements of each parameter. Default `'mean'`. */
  reduction?: 'mean' | 'sum';
}

/** How a unit is made a layer: what the unit needs, and what every layer of TensorFlow.js takes. */
export interface UnitLayerOptions {
  /** Outputs of the layer. */
  units: number;
  /** Name of one of the unit's schemes of initial values, or a scheme. Default: the unit's own default. */
  initialization?: string | Initialization;
  /** Options of the unit; the defaults stand in its record. */
  options?: UnitOptions;
  /** Seed of the initial values and of what a unit draws in training. Default: another one for each layer. */
  seed?: number;
  /** The unit's penalty on its parameters. Default none. */
  penalty?: Penalty;
  /** Whether kernels of this package run where the back end is `webgpu`. Default true. */
  fused?: boolean;
  name?: string;
  /** Whether `fit` changes its parameters. Default true. */
  trainable?: boolean;
  /** Shape of the inputs without the batch, for a first layer. */
  inputShape?: (number | null)[];
  batchInputShape?: (number | null)[];
  batchSize?: number;
  dtype?: 'float32';
  inputDType?: 'float32';
  /** Initial values of the parameters, in their order. */
  weights?: Tensor[];
}

/** Initial values in the order of the parameters: names would not survive TensorFlow.js's files. */
export type SavedInitialization = readonly Initializer[];

const shape = list(either(size, oneOf(null)));

export const layerDescription: Description<
  Omit<UnitLayerOptions, 'initialization'> & {
    initialization?: string | Initialization | SavedInitialization;
  }
> = {
  fields: {
    units: needed(size),
    initialization: either(text, either(list(initializerKind), initializationKind)),
    options: map(number()),
    seed,
    penalty: options<Penalty>({ fields: { strength: needed(number()), reduction: oneOf('mean', 'sum') } }),
    fused: flag,
    name: text,
    trainable: flag,
    inputShape: shape as never,
    batchInputShape: shape as never,
    batchSize: size,
    dtype: oneOf('float32'),
    inputDType: oneOf('float32'),
    weights: anything('tensors'),
  },
};

/** A scheme as it was given, or as it was saved. */
export function schemeOf(
  unit: Unit,
  given: string | Initialization | SavedInitialization,
): string | Initialization {
  if (!Array.isArray(given)) return given as string | Initialization;
  const { edge, input = [], output = [] } = unit.shader(unit.options);
  return Object.fromEntries([...edge, ...input, ...output].map((name, k) => [name, given[k] as Initializer]));
}
