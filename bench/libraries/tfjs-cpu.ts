import '@tensorflow/tfjs-backend-cpu';
import { tfjsContender } from '../contenders/tfjs.ts';
import { loadTfjs } from './tfjs.ts';

/** TensorFlow.js in plain JavaScript. */
export const contender = tfjsContender(loadTfjs(), 'cpu');
