/** This package: the ensemble engine in its variants, and the layered engine. */

import { createEnsemble, createModel, type EnsembleOptions, type Gpu, type Task } from '../../src/index.ts';
import type { Contender, Session } from '../contender.ts';
import { description, drawTable, type Problem } from '../problem.ts';
import { LANES, type Workload } from '../workloads.ts';

/** Rows of the table that `nalu-shuffled` draws its batches from. */
const TABLE_ROWS = 2000;

/** Rows as `product` in `problem.ts` has them, drawn in the kernel. */
const productTask: Task = {
  inputs: 2,
  outputs: 1,
  shader: {
    columns: ['low', 'high'],
    input: (bits, _, column) => `mix(${column('low')}, ${column('high')}, r_unit(${bits}))`,
    target: (_, input) => `${input(0)} * ${input(1)}`,
  },
  columns: { low: 1, high: 2 },
};

type Source = Pick<EnsembleOptions, 'x' | 'y' | 'task' | 'batch'>;

export function naluContenders(gpu: Gpu): Contender[] {
  const ensemble = (name: string, source: (problem: Problem) => Source, lanes?: number): Contender => ({
    name,
    prepare: (problem) => prepareEnsemble(gpu, problem.workload, source(problem), lanes),
  });
  const shuffled = (workload: Workload) => ({ ...drawTable(workload, TABLE_ROWS), batch: workload.batch });
  return [
    ensemble('nalu', ({ table }) => table),
    { ...ensemble('nalu-shuffled', ({ workload }) => shuffled(workload)), ownRows: true },
    {
      ...ensemble('nalu-task', ({ workload }) => ({ task: productTask, batch: workload.batch })),
      ownRows: true,
    },
    ...LANES.map((lanes) => ensemble(`nalu-lanes-${lanes}`, ({ table }) => table, lanes)),
    { name: 'nalu-layered', prepare: (problem) => prepareModel(gpu, problem) },
  ];
}

async function prepareEnsemble(
  gpu: Gpu,
  workload: Workload,
  source: Source,
  lanes?: number,
): Promise<Session> {
  const ensemble = await createEnsemble(gpu, {
    model: description(workload),
    seeds: workload.models,
    learningRate: workload.learningRate,
    // One stretch is one run without log points, as the others have none.
    logEvery: 2 ** 30,
    ...source,
    ...(lanes && { lanes }),
  });
  return {
    async train(steps) {
      await ensemble.run(steps);
      const { losses } = await ensemble.inspect();
      return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    },
    dispose: () => ensemble.dispose(),
  };
}

async function prepareModel(gpu: Gpu, { workload, table }: Problem): Promise<Session> {
  const model = createModel(gpu, { ...description(workload), seed: 0 });
  const trainer = await model.createTrainer({ ...table, learningRate: workload.learningRate });
  return {
    async train(steps) {
      await trainer.run(steps);
      return trainer.losses.at(-1) as number;
    },
    dispose() {
      trainer.dispose();
      model.dispose();
    },
  };
}
