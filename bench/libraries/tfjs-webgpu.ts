import '@tensorflow/tfjs-backend-webgpu';
import { tfjsContender } from '../contenders/tfjs.ts';
import { loadTfjs } from './tfjs.ts';

/** TensorFlow.js on WebGPU. */
export const contender = tfjsContender(loadTfjs(), 'webgpu');
