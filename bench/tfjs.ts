/** TensorFlow.js with the back ends that run in the browser and in Node alike. */

import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-webgpu';
import * as core from '@tensorflow/tfjs-core';
// Without it tfjs-core knows no derivatives; the all-in-one package of TensorFlow.js imports the same.
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';

/** A function, not a value passed on: for that, bundlers would leave out what the imports above register. */
export function loadTfjs(): typeof core {
  core.enableProdMode();
  return core;
}
