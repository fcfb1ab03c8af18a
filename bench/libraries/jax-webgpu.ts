import { jaxContender } from '../contenders/jax.ts';

/** jax-js on WebGPU. */
export const contender = jaxContender('webgpu');
