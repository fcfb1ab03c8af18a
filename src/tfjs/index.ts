/**
 * Units as layers of TensorFlow.js: in `tf.sequential` and functional models, trained by `fit`, saved and loaded. TensorFlow.js is
 * the caller's own, passed in, so that there is only one.
 *
 * @module nalu-webgpu/tfjs
 */

import { checkArguments, checkOptions } from '../options/check.ts';
import { type Description, list, such } from '../options/kinds.ts';
import type { UnitName } from '../units/descriptions.ts';
import { findUnit, units } from '../units/registry.ts';
import { type Unit, unitKind } from '../units/unit.ts';
import type { TensorFlow } from './tensorflow.ts';
import { layerClass, type UnitLayer } from './unit-layer.ts';
import type { UnitLayerOptions } from './unit-layer-options.ts';

export type { Layer, Tensor, TensorFlow } from './tensorflow.ts';
export type { UnitLayer } from './unit-layer.ts';
export type { Penalty, UnitLayerOptions } from './unit-layer-options.ts';

/** Makes a layer of a unit: of the package by its name, or of a record of `defineUnit`. */
export type MakeUnitLayer = (unit: UnitName | Unit, options: UnitLayerOptions) => UnitLayer;

/** Options of `unitLayers`. */
export interface UnitLayersOptions {
  /** Units from outside the package that saved models are made of. */
  units?: readonly Unit[];
}

const description: Description<UnitLayersOptions> = {
  fields: {
    units: list(unitKind),
  },
};

const tensorFlowKind = such<TensorFlow>(
  "TensorFlow.js: import * as tf from '@tensorflow/tfjs'",
  (value) => typeof (value as Partial<TensorFlow> | null | undefined)?.layers?.Layer === 'function',
);

/**
 * Registers a layer of every unit in `tf`, so that models with them can be loaded, and gives the function that makes them:
 *
 *     const unit = unitLayers(tf);
 *     tf.sequential({ layers: [unit('NALU', { units: 1, inputShape: [2] })] });
 *
 * A layer takes inputs `[…, inputs]` and gives `[…, units]`. Where TensorFlow.js runs on its `webgpu` back end, forward and backward
 * pass are this package's kernels, on its device and its buffers; elsewhere they are composed of its operations, from the same
 * equation and with the same derivatives. Throws OptionError for options that a unit does not have.
 */
export function unitLayers(tf: TensorFlow, options: UnitLayersOptions = {}): MakeUnitLayer {
  checkArguments('unitLayers()', { tf }, { tf: tensorFlowKind });
  const { units: own = [] } = checkOptions(description, options, 'unitLayers()');
  const classes = new Map<Unit, ReturnType<typeof layerClass>>();
  const classOf = (unit: Unit) => {
    let found = classes.get(unit);
    if (!found) {
      found = layerClass(tf, unit);
      classes.set(unit, found);
    }
    return found;
  };
  for (const unit of [...units, ...own]) classOf(unit);
  return (unit, options) => new (classOf(typeof unit === 'string' ? findUnit(unit) : unit))(options);
}
