/**
 * The core of TensorFlow.js with the derivatives that NAC and NALU need, as its guide to small bundles has it. (The
 * all-in-one package registers all of them.) Back ends are in files of their own.
 * https://www.tensorflow.org/js/tutorials/deployment/size_optimized_bundles
 */

import * as core from '@tensorflow/tfjs-core';
import { absGradConfig } from '@tensorflow/tfjs-core/dist/gradients/Abs_grad.js';
import { addGradConfig } from '@tensorflow/tfjs-core/dist/gradients/Add_grad.js';
import { batchMatMulGradConfig } from '@tensorflow/tfjs-core/dist/gradients/BatchMatMul_grad.js';
import { castGradConfig } from '@tensorflow/tfjs-core/dist/gradients/Cast_grad.js';
import { expGradConfig } from '@tensorflow/tfjs-core/dist/gradients/Exp_grad.js';
import { logGradConfig } from '@tensorflow/tfjs-core/dist/gradients/Log_grad.js';
import { meanGradConfig } from '@tensorflow/tfjs-core/dist/gradients/Mean_grad.js';
import { multiplyGradConfig } from '@tensorflow/tfjs-core/dist/gradients/Multiply_grad.js';
import { reshapeGradConfig } from '@tensorflow/tfjs-core/dist/gradients/Reshape_grad.js';
import { sigmoidGradConfig } from '@tensorflow/tfjs-core/dist/gradients/Sigmoid_grad.js';
import { squaredDifferenceGradConfig } from '@tensorflow/tfjs-core/dist/gradients/SquaredDifference_grad.js';
import { subGradConfig } from '@tensorflow/tfjs-core/dist/gradients/Sub_grad.js';
import { sumGradConfig } from '@tensorflow/tfjs-core/dist/gradients/Sum_grad.js';
import { tanhGradConfig } from '@tensorflow/tfjs-core/dist/gradients/Tanh_grad.js';

const gradients = [
  absGradConfig,
  addGradConfig,
  batchMatMulGradConfig,
  castGradConfig,
  expGradConfig,
  logGradConfig,
  meanGradConfig,
  multiplyGradConfig,
  reshapeGradConfig,
  sigmoidGradConfig,
  squaredDifferenceGradConfig,
  subGradConfig,
  sumGradConfig,
  tanhGradConfig,
];

let ready = false;

/** The same for all back ends: they must share one core. */
export function loadTfjs(): typeof core {
  if (!ready) {
    core.enableProdMode();
    for (const gradient of gradients) core.registerGradient(gradient);
    ready = true;
  }
  return core;
}
