/** Which versions are compared: those that the page is built with, held against `package.json` by a test. */

import type { Library } from './choices.ts';

export const versions: Readonly<Record<Library['family'], string>> = {
  ours: 'nalu-webgpu 0.1.0',
  tfjs: '@tensorflow/tfjs-core 4.22.0',
  jax: '@jax-js/jax 0.1.25',
};
