import { nalu, requestGpu } from '../../src/core.ts';
import { training } from '../contenders/nalu.ts';
import { takeFirstStep } from './first-step.ts';

// The one unit as a record: what a page downloads that uses no other.
await takeFirstStep(
  { name: 'nalu-layered', prepare: async (problem) => training(await requestGpu(), problem, nalu) },
  1,
);
