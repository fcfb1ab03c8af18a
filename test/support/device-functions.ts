/** Exports that need a device, or a TensorFlow.js: test/e2e/arguments.test.ts calls them with what they do not take. */
export const deviceFunctions: readonly string[] = [
  'checkGradients',
  'createEnsemble',
  'createEnsembleRun',
  'createModel',
  'createTiledModel',
  'nodeGpu',
  'renewGpu',
  'requestGpu',
  'trainEnsemble',
  'unitLayers',
];
