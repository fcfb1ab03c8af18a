/** What runs in the page of headless Chrome. */

import { describeAdapter, requestGpu } from '../src/index.ts';
import { naluContenders } from './contenders/nalu.ts';
import type { Growth } from './growth.ts';
import { loadContender } from './libraries/load.ts';
import type { WorkloadResult } from './measure.ts';
import { createRunner } from './run.ts';
import type { Workload } from './workloads.ts';

/** How long things may take; see `MeasureOptions`. */
export interface Pace {
  readonly rounds: number;
  readonly stretch: number;
  readonly limit: number;
  readonly share: number;
}

export interface PageFunctions {
  open(): { adapter: string; software: boolean; isolated: boolean };
  run(workload: Workload, pace: Pace): Promise<WorkloadResult>;
  grow(contender: string, pace: Pace): Promise<Growth[]>;
}

declare global {
  var benchPage: PageFunctions;
  /** Lent to the page by the script. */
  var benchProgress: (text: string, contender?: string) => Promise<void>;
  var benchResident: () => Promise<number | undefined>;
}

const gpu = await requestGpu();
const ours = naluContenders(gpu);
const runner = createRunner(
  gpu,
  async (name) => ours.find((contender) => contender.name === name) ?? loadContender(name),
);
const onProgress = (text: string, contender?: string) => void benchProgress(text, contender);

globalThis.benchPage = {
  open: () => ({
    adapter: describeAdapter(gpu.adapter),
    software: gpu.adapter.software,
    isolated: crossOriginIsolated,
  }),
  run: (workload, pace) => runner.run(workload, { ...pace, onProgress }),
  grow: (contender, pace) => runner.grow(contender, { ...pace, onProgress, resident: benchResident }),
};
