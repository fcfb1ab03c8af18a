/** Compares libraries apart from the page; each is loaded when its turn comes. */

import { naluContenders } from '../../../../bench/contenders/nalu.ts';
import { loadContender } from '../../../../bench/libraries/load.ts';
import { createRunner } from '../../../../bench/run.ts';
import { createProblem } from '../../../../bench/start-parameters.ts';
import { workloads } from '../../../../bench/workloads.ts';
import { describeAdapter, type Gpu, requestGpu } from '../../../../src/index.ts';
import { type Find, race } from './race.ts';
import type { BenchReply, BenchRequest, CompareRequest, Outcome, RaceRequest } from './work.ts';

interface WorkerScope {
  postMessage(message: BenchReply): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<BenchRequest>) => void): void;
}

const scope = globalThis as unknown as WorkerScope;

/** Gentler than the benchmark of the command line: a visitor waits. Milliseconds. */
const pace = { rounds: 5, stretch: 150, limit: 8000 };
/** Milliseconds between two looks at the loss in a race, and those to wait for the common step after the whistle. */
const racePace = { stretch: 80, patience: 8000 };

scope.addEventListener('message', ({ data }) => {
  void work(data)
    .catch((error: Error): Outcome => ({ kind: 'failed', message: error.message }))
    .then((outcome) => scope.postMessage({ type: 'end', outcome }));
});

async function work(request: BenchRequest): Promise<Outcome> {
  let gpu: Gpu;
  try {
    gpu = await requestGpu();
  } catch (error) {
    return { kind: 'unavailable', message: (error as Error).message };
  }
  const { software } = gpu.adapter;
  const name = describeAdapter({ ...gpu.adapter, software: false });
  scope.postMessage({ type: 'adapter', name, software });
  const ours = naluContenders(gpu);
  const find = async (name: string) =>
    ours.find((contender) => contender.name === name) ?? loadContender(name);
  if (request.type === 'race') await runRace(gpu, find, request);
  else await compare(gpu, find, request);
  gpu.dispose();
  return { kind: 'finished' };
}

async function compare(gpu: Gpu, find: Find, { workloads: names, contenders }: CompareRequest) {
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
}

async function runRace(gpu: Gpu, find: Find, { workload: name, contenders, seconds, interval }: RaceRequest) {
  const workload = workloads.find((each) => each.name === name);
  if (!workload) throw new Error(`there is no workload '${name}'`);
  await race(createProblem(gpu, workload), contenders, find, {
    ...racePace,
    ...{ seconds, interval },
    onLane: (lane) => scope.postMessage({ type: 'lane', lane }),
  });
}
