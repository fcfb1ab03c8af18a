/** Runs workloads with the contenders they name, each of which is started once. */

import type { Gpu } from '../src/index.ts';
import type { Contender } from './contender.ts';
import { type MeasureOptions, measureWorkload, type WorkloadResult } from './measure.ts';
import { createProblem } from './problem.ts';
import type { Workload } from './workloads.ts';

export function runWorkloads(
  gpu: Gpu,
  contenders: readonly Contender[],
): (workload: Workload, options: MeasureOptions) => Promise<WorkloadResult> {
  const started = new Map<string, Promise<void>>();
  const startedOnce = (contender: Contender): Contender => ({
    ...contender,
    async prepare(problem) {
      let start = started.get(contender.name);
      if (!start) {
        start = contender.start?.() ?? Promise.resolve();
        started.set(contender.name, start);
      }
      await start;
      return contender.prepare(problem);
    },
  });
  return (workload, options) => {
    const chosen = workload.contenders.map((name) => {
      const contender = contenders.find((each) => each.name === name);
      if (!contender) return missing(name);
      return startedOnce(contender);
    });
    return measureWorkload(createProblem(gpu, workload), chosen, options);
  };
}

const missing = (name: string): Contender => ({
  name,
  prepare: () => Promise.reject(new Error('it does not run here')),
});
