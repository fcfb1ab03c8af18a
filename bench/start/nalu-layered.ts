import { requestGpu } from '../../src/index.ts';
import { layeredContender } from '../contenders/nalu.ts';
import { takeFirstStep } from './first-step.ts';

await takeFirstStep(
  { name: 'nalu-layered', prepare: async (problem) => layeredContender(await requestGpu()).prepare(problem) },
  1,
);
