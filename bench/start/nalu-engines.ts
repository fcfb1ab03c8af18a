import { createModel, requestGpu, trainEnsemble } from '../../src/index.ts';
import { ensembleContender } from '../contenders/nalu.ts';
import { takeFirstStep } from './first-step.ts';

// Every unit by name and both engines, but none of the tasks of the literature.
Object.assign(globalThis, { engines: { createModel, trainEnsemble } });

await takeFirstStep({
  name: 'nalu',
  prepare: async (problem) => ensembleContender(await requestGpu()).prepare(problem),
});
