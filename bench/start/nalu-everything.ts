import * as everything from '../../src/index.ts';
import { ensembleContender } from '../contenders/nalu.ts';
import { takeFirstStep } from './first-step.ts';

// Every unit, both engines, and all the rest of the package, as somebody who can use any of it has to load it.
Object.assign(globalThis, { everything });

await takeFirstStep({
  name: 'nalu',
  prepare: async (problem) => ensembleContender(await everything.requestGpu()).prepare(problem),
});
