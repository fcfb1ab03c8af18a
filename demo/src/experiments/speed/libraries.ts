/** What a visitor can compare: libraries, their versions, and workloads. */

export interface Library {
  readonly name: string;
  readonly title: string;
  /** Whose it is: bars of one family have one colour. */
  readonly family: 'ours' | 'tfjs' | 'jax';
  /** What it computes with. */
  readonly backend: 'WebGPU' | 'WebGL' | 'WebAssembly' | 'JavaScript';
}

/** By the benchmark's names of contenders. The first takes part in everything. */
export const libraries: readonly Library[] = [
  { name: 'nalu', title: 'This package', family: 'ours', backend: 'WebGPU' },
  { name: 'tfjs-webgpu', title: 'TensorFlow.js, WebGPU', family: 'tfjs', backend: 'WebGPU' },
  { name: 'tfjs-webgl', title: 'TensorFlow.js, WebGL', family: 'tfjs', backend: 'WebGL' },
  { name: 'tfjs-wasm', title: 'TensorFlow.js, WebAssembly', family: 'tfjs', backend: 'WebAssembly' },
  { name: 'tfjs-cpu', title: 'TensorFlow.js, JavaScript', family: 'tfjs', backend: 'JavaScript' },
  { name: 'jax-webgpu', title: 'jax-js, WebGPU', family: 'jax', backend: 'WebGPU' },
  { name: 'jax-wasm', title: 'jax-js, WebAssembly', family: 'jax', backend: 'WebAssembly' },
];

/** Ours has an engine for many small models and one for a single model of any width. */
export const libraryOf = (contender: string): Library =>
  libraries.find(({ name }) => name === contender) ?? {
    name: contender,
    title: 'This package, layered engine',
    family: 'ours',
    backend: 'WebGPU',
  };

/** Workloads of the benchmark that are worth a visitor's while, and what they are in a few words. */
export const comparisons: Readonly<Record<string, string>> = {
  article: 'One small model, 2000 rows: a training step',
  'ensemble-100': '100 small models, 128 rows each: a training step of one of them',
  'ensemble-1000': '1000 small models, 128 rows each: a training step of one of them',
  'layer-256': 'A layer of 256 × 256, 1024 rows: a training step',
  'inference-row': 'Prediction of one row',
  'inference-million': 'Prediction of a million rows',
};

export const usualComparisons = ['article', 'ensemble-100', 'inference-row'];
export const usualLibraries = ['nalu', 'tfjs-webgpu', 'tfjs-wasm', 'jax-webgpu', 'jax-wasm'];

export const versions: Readonly<Record<Library['family'], string>> = {
  ours: 'nalu-webgpu 0.1.0',
  tfjs: '@tensorflow/tfjs-core 4.22.0',
  jax: '@jax-js/jax 0.1.25',
};
