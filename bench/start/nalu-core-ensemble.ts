import { nalu, requestGpu } from '../../src/core.ts';
import { prepareEnsemble } from '../contenders/nalu.ts';
import { takeFirstStep } from './first-step.ts';

// The one unit as a record: what a page downloads that uses no other.
await takeFirstStep({
  name: 'nalu',
  prepare: async ({ workload, table }) =>
    prepareEnsemble(await requestGpu(), workload, table, { unit: nalu }),
});
