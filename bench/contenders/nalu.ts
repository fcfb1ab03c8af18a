/** This package: the ensemble engine in its variants, and the layered engine. */

import {
  createEnsemble,
  createModel,
  createTiledModel,
  type EnsembleOptions,
  type Gpu,
  type Task,
  type Unit,
} from '../../src/core.ts';
import { description } from '../architecture.ts';
import type { Contender, Session } from '../contender.ts';
import { type Problem, sampleLoss } from '../problem.ts';
import { drawTable } from '../tables.ts';
import { LANES, type Workload } from '../workloads.ts';

/** Rows of the table that `nalu-shuffled` draws its batches from. */
const TABLE_ROWS = 2000;

/** Milliseconds: long enough for every tiling, also where compiling one takes seconds. */
const CALIBRATION = 120_000;

/** Rows as `product` in `tables.ts` has them, drawn in the kernel. */
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
  const shuffled = (workload: Workload) => ({ ...drawTable(workload, TABLE_ROWS), batch: workload.batch });
  return [
    ensembleContender(gpu),
    {
      ...ensembleContender(gpu, 'nalu-shuffled', ({ workload }) => shuffled(workload)),
      ownRows: true,
    },
    {
      ...ensembleContender(gpu, 'nalu-task', ({ workload }) => ({
        task: productTask,
        batch: workload.batch,
      })),
      ownRows: true,
    },
    ...LANES.map((lanes) => ensembleContender(gpu, `nalu-lanes-${lanes}`, ({ table }) => table, lanes)),
    layeredContender(gpu),
    layeredContender(gpu, 'nalu-layered-calibrated', (...model) =>
      createTiledModel(...model, { tiles: 'calibrate', calibration: { budget: CALIBRATION } }),
    ),
  ];
}

/** The ensemble engine: on the workload's own table in order, where nothing else is given. */
export function ensembleContender(
  gpu: Gpu,
  name = 'nalu',
  source: (problem: Problem) => Source = ({ table }) => table,
  lanes?: number,
): Contender {
  return {
    name,
    prepare: (problem) => prepareEnsemble(gpu, problem.workload, source(problem), { lanes }),
  };
}

type CreateModel = typeof createModel;

export function layeredContender(gpu: Gpu, name = 'nalu-layered', create?: CreateModel): Contender {
  return {
    name,
    prepare: (problem) => ({ training, prediction })[problem.workload.kind](gpu, problem, undefined, create),
  };
}

/** `unit`: see `description`. */
export async function prepareEnsemble(
  gpu: Gpu,
  workload: Workload,
  source: Source,
  { lanes, unit }: { lanes?: number | undefined; unit?: Unit } = {},
): Promise<Session> {
  const ensemble = await createEnsemble(gpu, {
    model: description(workload, unit),
    seeds: { count: workload.models },
    learningRate: workload.learningRate,
    // One stretch is one run without log points, as the others have none.
    logEvery: 2 ** 30,
    ...source,
    ...(lanes && { lanes }),
  });
  return {
    async run(steps) {
      await ensemble.run(steps);
      const { losses } = await ensemble.inspect();
      return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    },
    bytes: () => gpu.bytes,
    dispose: () => ensemble.dispose(),
  };
}

/** `unit`: see `description`. */
export async function training(
  gpu: Gpu,
  { workload, table }: Problem,
  unit?: Unit,
  create: CreateModel = createModel,
): Promise<Session> {
  const model = create(gpu, { ...description(workload, unit), seed: 0 });
  const trainer = await model.createTrainer({ ...table, learningRate: workload.learningRate });
  return {
    async run(steps) {
      await trainer.run(steps);
      return trainer.losses.at(-1) as number;
    },
    bytes: () => gpu.bytes,
    dispose() {
      trainer.dispose();
      model.dispose();
    },
  };
}

async function prediction(
  gpu: Gpu,
  { workload, table }: Problem,
  unit?: Unit,
  create: CreateModel = createModel,
): Promise<Session> {
  const model = create(gpu, { ...description(workload, unit), seed: 0 });
  return {
    async run(steps) {
      let values: ArrayLike<number> = [];
      for (let step = 0; step < steps; step++) values = await model.predict(table.x);
      return sampleLoss(values, table.y);
    },
    bytes: () => gpu.bytes,
    dispose: () => model.dispose(),
  };
}
