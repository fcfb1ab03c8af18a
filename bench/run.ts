/** Runs workloads with the contenders they name, each of which is loaded and started once. */

import type { Gpu } from '../src/index.ts';
import type { Contender } from './contender.ts';
import { type GrowOptions, type Growth, measureGrowth } from './growth.ts';
import { type Expectation, type MeasureOptions, measureWorkload, type WorkloadResult } from './measure.ts';
import { createProblem } from './start-parameters.ts';
import { type Workload, workOf } from './workloads.ts';

export interface Runner {
  run(workload: Workload, options: Omit<MeasureOptions, 'expect'>): Promise<WorkloadResult>;
  /** How the cost of a contender grows with models and steps. */
  grow(contender: string, options: GrowOptions): Promise<Growth[]>;
}

/** `find` finds a contender by name, or rejects with why it does not run here. */
export function createRunner(gpu: Gpu, find: (name: string) => Promise<Contender>): Runner {
  const started = new Map<string, Promise<Contender>>();
  const startedOnce = (name: string): Promise<Contender> => {
    const start = started.get(name) ?? load(name, find);
    started.set(name, start);
    start.catch(() => {}); // whoever waits for it is told
    return start;
  };
  const expectations = createExpectations();
  return {
    async run(workload, options) {
      // One after the other: TensorFlow.js drops a back end that starts while another one does.
      const chosen: Contender[] = [];
      for (const name of workload.contenders) {
        options.onProgress?.(`${workload.name}: ${name} starts`, name);
        chosen.push(await prepared(name, startedOnce));
      }
      const result = await measureWorkload(createProblem(gpu, workload), chosen, {
        ...options,
        expect: (contender) => expectations.of(workload, contender),
      });
      expectations.learn(workload, result);
      return result;
    },
    async grow(contender, options) {
      const found = await startedOnce(contender);
      return measureGrowth(found, (workload) => createProblem(gpu, workload), options);
    },
  };
}

async function load(name: string, find: (name: string) => Promise<Contender>): Promise<Contender> {
  const contender = await find(name);
  await contender.start?.();
  return contender;
}

/** A contender that is there already, or one that fails with the reason why it is not. */
async function prepared(name: string, get: (name: string) => Promise<Contender>): Promise<Contender> {
  try {
    return await get(name);
  } catch (error) {
    return { name, prepare: () => Promise.reject(error) };
  }
}

/** What a step will take, from a workload of the same series that ran at least a step. */
function createExpectations() {
  const known = new Map<string, { perWork: number; from: string; work: number }>();
  const key = ({ series }: Workload, contender: string) => `${series} ${contender}`;
  return {
    of(workload: Workload, contender: string): Expectation | undefined {
      const found = workload.series && known.get(key(workload, contender));
      if (!found || found.work > workOf(workload)) return undefined;
      return { step: found.perWork * workOf(workload), from: `judging by ${found.from}` };
    },
    learn(workload: Workload, { results }: WorkloadResult): void {
      if (!workload.series) return;
      const work = workOf(workload);
      for (const { contender, step, estimate, basis } of results) {
        const taken = step?.median ?? estimate;
        if (taken === undefined || basis === 'smaller workload') continue;
        const from = `${basis === 'first step' ? 'the first step of ' : ''}${workload.name}`;
        known.set(key(workload, contender), { perWork: taken / work, from, work });
      }
    },
  };
}
