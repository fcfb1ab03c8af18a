/** What this folder needs of TensorFlow.js: its types alone, since the library itself is the caller's. */

import type * as core from '@tensorflow/tfjs-core';
import type * as layers from '@tensorflow/tfjs-layers';

/** TensorFlow.js, as `import * as tf from '@tensorflow/tfjs'` gives it: its core, and `layers`. */
export type TensorFlow = Omit<typeof core, 'default'> & Pick<typeof layers, 'layers' | 'input'>;

/** A tensor of TensorFlow.js. */
export type Tensor = core.Tensor;
export type Variable = core.Variable;
/** A parameter of a layer, which holds a variable. */
export type LayerVariable = layers.LayerVariable;
export type Shape = layers.Shape;

/** The base class of its layers. */
export type Layer = layers.layers.Layer;
