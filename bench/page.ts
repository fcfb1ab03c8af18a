/** What runs in the page of headless Chrome. */

import '@tensorflow/tfjs-backend-webgl';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { describeAdapter, requestGpu } from '../src/index.ts';
import type { Contender } from './contender.ts';
import { jaxContender } from './contenders/jax.ts';
import { naluContenders } from './contenders/nalu.ts';
import { tfjsContender } from './contenders/tfjs.ts';
import type { WorkloadResult } from './measure.ts';
import { runWorkloads } from './run.ts';
import { loadTfjs } from './tfjs.ts';
import type { Workload } from './workloads.ts';

export interface PageFunctions {
  open(): Promise<{ adapter: string; software: boolean }>;
  run(workload: Workload, rounds: number, stretch: number): Promise<WorkloadResult>;
}

declare global {
  var benchPage: PageFunctions;
  /** Lent to the page by the script. */
  var benchProgress: (text: string) => Promise<void>;
}

const gpu = await requestGpu();
setWasmPaths('/wasm/');
const tf = loadTfjs();

const contenders: Contender[] = [
  ...naluContenders(gpu),
  ...['webgpu', 'wasm', 'cpu', 'webgl'].map((backend) => tfjsContender(tf, backend)),
  jaxContender('webgpu'),
  jaxContender('wasm'),
];
const run = runWorkloads(gpu, contenders);

globalThis.benchPage = {
  open: async () => ({ adapter: describeAdapter(gpu.adapter), software: gpu.adapter.software }),
  run: (workload, rounds, stretch) =>
    run(workload, { rounds, stretch, onProgress: (text) => void benchProgress(text) }),
};
