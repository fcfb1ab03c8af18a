/** Runs the benchmark's workloads apart from the page; each library is loaded when its turn comes. */

import { naluContenders } from '../../../bench/contenders/nalu.ts';
import { loadContender } from '../../../bench/libraries/load.ts';
import { createRunner } from '../../../bench/run.ts';
import { workloads } from '../../../bench/workloads.ts';
import { describeAdapter, type Gpu, requestGpu } from '../../../src/index.ts';
import type { BenchReply, RunRequest } from './protocol.ts';

interface WorkerScope {
  postMessage(message: BenchReply): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<RunRequest>) => void): void;
}

const scope = globalThis as unknown as WorkerScope;

/** Gentler than the benchmark of the command line: a visitor waits. Milliseconds. */
const pace = { rounds: 5, stretch: 150, limit: 8000 };

scope.addEventListener('message', ({ data }) => {
  void run(data).catch((error: Error) => scope.postMessage({ type: 'failed', message: error.message }));
});

async function run({ workloads: names, contenders }: RunRequest): Promise<void> {
  let gpu: Gpu;
  try {
    gpu = await requestGpu();
  } catch (error) {
    scope.postMessage({ type: 'unavailable', message: (error as Error).message });
    return;
  }
  const { software } = gpu.adapter;
  scope.postMessage({
    type: 'adapter',
    name: describeAdapter({ ...gpu.adapter, software: false }),
    software,
  });
  const ours = naluContenders(gpu);
  const find = async (name: string) =>
    ours.find((contender) => contender.name === name) ?? loadContender(name);
  const runner = createRunner(gpu, find);
  for (const workload of workloads.filter(({ name }) => names.includes(name))) {
    const { name, models } = workload;
    const chosen = workload.contenders.filter((each, index) => index === 0 || contenders.includes(each));
    const tell = (results: Extract<BenchReply, { type: 'results' }>['results']) =>
      scope.postMessage({ type: 'results', workload: name, models, results });
    const { results } = await runner.run(
      { ...workload, contenders: chosen },
      {
        ...pace,
        onProgress: (text) => scope.postMessage({ type: 'progress', text }),
        onResults: tell,
      },
    );
    tell(results);
  }
  gpu.dispose();
  scope.postMessage({ type: 'finished' });
}
