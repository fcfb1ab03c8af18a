/**
 * How cost grows with models and with steps. A trained ensemble should take the same time per model and step whatever
 * their numbers, and no more memory after 100 000 steps than after 1 000.
 */

import type { Contender, Session } from './contender.ts';
import { time } from './measure.ts';
import type { Problem } from './problem.ts';
import { type Workload, workloads } from './workloads.ts';

/** Ensembles by their models, each with numbers of steps that follow on each other. */
export const GROWTH: readonly { readonly models: number; readonly steps: readonly number[] }[] = [
  { models: 100, steps: [1000, 10_000, 100_000] },
  { models: 1000, steps: [1000] },
  { models: 10_000, steps: [1000] },
];

export const GROWTH_CONTENDERS: readonly string[] = [
  'nalu',
  'nalu-shuffled',
  'nalu-task',
  'tfjs-webgpu',
  'tfjs-wasm',
  'jax-webgpu',
  'jax-wasm',
];

export interface GrowOptions {
  /** Milliseconds that one number of steps may take. */
  readonly limit: number;
  /** Of every number of steps, only so large a share is run: for a quick look. Default: 1. */
  readonly share?: number;
  onProgress?: (text: string, contender?: string) => void;
  /** Bytes of memory that the processes hold, if somebody can tell. */
  resident?: () => Promise<number | undefined>;
}

/** One ensemble after a number of steps. */
export interface Growth {
  readonly contender: string;
  readonly models: number;
  readonly steps: number;
  readonly status: 'timed' | 'failed' | 'not run';
  readonly reason?: string;
  readonly seconds?: number;
  /** Bytes that the library says it holds, and that the processes hold. */
  readonly bytes?: number;
  readonly resident?: number;
}

/** Steps before anything is timed, and to conclude from how long it would take. */
const FEW = 10;

export async function measureGrowth(
  contender: Contender,
  problemOf: (workload: Workload) => Problem,
  options: GrowOptions,
): Promise<Growth[]> {
  const all: Growth[] = [];
  let slowest = 0;
  for (const { models, steps } of GROWTH) {
    const point = (count: number) => ({ contender: contender.name, models, steps: count });
    const scaled = steps.map((count) => Math.ceil(count * (options.share ?? 1)));
    const outcome = (status: 'failed' | 'not run', reason: string) => {
      const left = scaled.slice(all.filter((each) => each.models === models).length);
      all.push(...left.map((count) => ({ ...point(count), status, reason })));
    };
    // Even the few steps before would take longer than all that is allowed.
    const expected = slowest * models * 2 * FEW;
    if (expected > options.limit) {
      const reason = `would take ${seconds((expected * (scaled[0] as number)) / (2 * FEW))} s (judging by fewer models)`;
      outcome('not run', reason);
      continue;
    }
    let session: Session | undefined;
    try {
      const problem = problemOf(ensemble(models));
      if (contender.foreign) await problem.parameters();
      session = await contender.prepare(problem);
      await session.run(FEW);
      let perStep = (await time(() => (session as Session).run(FEW))) / FEW;
      for (const count of scaled) {
        options.onProgress?.(`growth: ${contender.name}, ${models} models, ${count} steps`, contender.name);
        if (perStep * count > options.limit) {
          const reason = `would take ${seconds(perStep * count)} s`;
          all.push({ ...point(count), status: 'not run', reason });
          continue;
        }
        const taken = await time(() => (session as Session).run(count));
        perStep = taken / count;
        const bytes = session.bytes?.();
        const resident = await options.resident?.();
        all.push({
          ...point(count),
          status: 'timed',
          seconds: taken / 1000,
          ...(bytes !== undefined && { bytes }),
          ...(resident !== undefined && { resident }),
        });
      }
      slowest = perStep / models;
    } catch (error) {
      outcome('failed', (error as Error).message.slice(0, 300));
    } finally {
      session?.dispose();
    }
  }
  return all;
}

const seconds = (milliseconds: number) => Math.ceil(milliseconds / 1000);

function ensemble(models: number): Workload {
  const found = workloads.find(({ group, models: count }) => group === 'ensembles' && count === models);
  if (!found) throw new Error(`no workload trains ${models} models`);
  return found;
}
