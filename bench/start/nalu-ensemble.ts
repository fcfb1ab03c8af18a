import { requestGpu } from '../../src/index.ts';
import { ensembleContender } from '../contenders/nalu.ts';
import { takeFirstStep } from './first-step.ts';

await takeFirstStep({
  name: 'nalu',
  prepare: async (problem) => ensembleContender(await requestGpu()).prepare(problem),
});
