/** The architecture of a workload, as this package describes it. */

import type { ModelDescription, Unit, UnitName } from '../src/core.ts';
import { widthsOf } from './problem.ts';
import type { Workload } from './workloads.ts';

/** `unit`: the workload's own unit, as a record where names are not known. */
export function description(
  workload: Workload,
  unit: UnitName | Unit = workload.unit,
): Omit<ModelDescription, 'seed'> {
  const [, ...outputs] = widthsOf(workload);
  return {
    inputs: workload.inputs,
    layers: outputs.map((count) => ({ unit, outputs: count, initialization: 'article' })),
  };
}
