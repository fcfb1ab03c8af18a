/** What is timed, as data. A new workload is one more record; a new kind of contender is one more name in the lists. */

/** How rows are drawn: see `tables.ts`. */
export type RowsName = 'article' | 'product' | 'neighbours' | 'halves';

export type GroupName =
  | 'one'
  | 'ensembles'
  | 'layers'
  | 'stack'
  | 'inference'
  | 'nac-layers'
  | 'lanes'
  | 'tiles';

export interface Workload {
  readonly name: string;
  /** What it runs with; groups are chosen together. */
  readonly group: GroupName;
  /** For people. */
  readonly title: string;
  /** A step of training, or a prediction from rows in memory to results in memory. */
  readonly kind: 'training' | 'prediction';
  readonly unit: 'NAC' | 'NALU';
  /** Models trained side by side; 1 is a single model. */
  readonly models: number;
  readonly inputs: number;
  /** Outputs of the layers between. Default: none. */
  readonly hidden?: readonly number[];
  readonly outputs: number;
  /** Rows per step, the same ones at every step. */
  readonly batch: number;
  readonly rows: RowsName;
  readonly learningRate: number;
  /** Steps after which the losses of all contenders must agree, at least 4. */
  readonly checkSteps: number;
  /** Workloads of one series take times in the ratio of their work: a smaller one tells what a larger one would take. */
  readonly series?: string;
  /** Names of contenders. The first is ours, which the others are held against. */
  readonly contenders: readonly string[];
}

export const PEERS = ['tfjs-webgpu', 'tfjs-webgl', 'tfjs-wasm', 'tfjs-cpu', 'jax-webgpu', 'jax-wasm'];
/** Without the one that would take minutes for a layer of any width. */
const wide = PEERS.filter((name) => name !== 'tfjs-cpu');

const article = {
  kind: 'training',
  unit: 'NALU',
  models: 1,
  inputs: 2,
  outputs: 1,
  batch: 2000,
  rows: 'article',
  learningRate: 0.05,
  checkSteps: 100,
} as const;

const small = {
  kind: 'training',
  unit: 'NALU',
  inputs: 2,
  outputs: 1,
  batch: 128,
  rows: 'product',
  learningRate: 0.01,
  checkSteps: 20,
} as const;

const sources = ['nalu', 'nalu-shuffled', 'nalu-task'];

/** Threads per model other than the library's own choice. */
export const LANES = [1, 2, 4, 8, 16, 32, 64];
const lanes = ['nalu', ...LANES.map((count) => `nalu-lanes-${count}`)];

const counts = [100, 1000, 10_000];
const count = (value: number) => String(value).replace(/\B(?=(\d{3})+$)/g, ' ');

const ensembles = counts.map(
  (models): Workload => ({
    ...small,
    name: `ensemble-${models}`,
    group: 'ensembles',
    title: `${count(models)} NALUs 2→1, 128 rows`,
    models,
    checkSteps: models > 1000 ? 5 : 20,
    series: 'ensemble',
    contenders: [...sources, ...PEERS],
  }),
);

function layer(unit: 'NAC' | 'NALU', width: number, kind: Workload['kind']): Workload {
  const forward = kind === 'prediction';
  return {
    name: `${unit === 'NAC' ? 'nac-' : ''}layer-${width}${forward ? '-forward' : ''}`,
    group: unit === 'NAC' ? 'nac-layers' : 'layers',
    title: `${unit} layer ${width}→${width}, 1 024 rows, ${forward ? 'forward only' : 'training step'}`,
    kind,
    unit,
    models: 1,
    inputs: width,
    outputs: width,
    batch: 1024,
    rows: 'neighbours',
    learningRate: 0.001,
    checkSteps: 4,
    series: `${unit} ${kind}`,
    contenders: ['nalu-layered', ...wide],
  };
}
const widths = [128, 256, 512, 1024, 2048];
const layers = (unit: 'NAC' | 'NALU') =>
  (['prediction', 'training'] as const).flatMap((kind) => widths.map((width) => layer(unit, width, kind)));

const inference = { ...small, group: 'inference', kind: 'prediction', models: 1, checkSteps: 4 } as const;
const stack = {
  ...small,
  group: 'stack',
  inputs: 100,
  hidden: [2],
  rows: 'halves',
  learningRate: 0.001,
  checkSteps: 5,
} as const;

const wideLayers = layers('NALU');

export const workloads: readonly Workload[] = [
  {
    ...article,
    name: 'article',
    group: 'one',
    title: 'one NALU 2→1, 2 000 rows',
    contenders: ['nalu', 'nalu-layered', ...PEERS],
  },
  {
    ...small,
    name: 'one-128',
    group: 'one',
    title: 'one NALU 2→1, 128 rows',
    models: 1,
    contenders: [...sources, 'nalu-layered', ...PEERS],
  },
  ...ensembles,
  {
    ...stack,
    name: 'stack',
    title: 'one stack of NALUs 100→2→1, 128 rows',
    models: 1,
    contenders: ['nalu', 'nalu-layered', ...PEERS],
  },
  {
    ...stack,
    name: 'stack-100',
    title: '100 stacks of NALUs 100→2→1, 128 rows',
    models: 100,
    contenders: ['nalu', ...PEERS],
  },
  {
    ...inference,
    name: 'inference-row',
    title: 'prediction of one row, NALU 2→1',
    batch: 1,
    contenders: ['nalu-layered', ...PEERS],
  },
  {
    ...inference,
    name: 'inference-million',
    title: 'prediction of 1 000 000 rows, NALU 2→1',
    batch: 1_000_000,
    contenders: ['nalu-layered', ...PEERS],
  },
  ...wideLayers,
  ...layers('NAC'),
  {
    ...article,
    name: 'lanes-article',
    group: 'lanes',
    title: 'threads per model: one NALU 2→1, 2 000 rows',
    contenders: lanes,
  },
  ...ensembles.map(
    (ensemble): Workload => ({
      ...ensemble,
      name: ensemble.name.replace('ensemble', 'lanes'),
      group: 'lanes',
      title: `threads per model: ${ensemble.title}`,
      contenders: ensemble.models > 1000 ? lanes.slice(0, 6) : lanes,
    }),
  ),
  ...wideLayers.map(
    (layer): Workload => ({
      ...layer,
      name: layer.name.replace('layer', 'tiles'),
      group: 'tiles',
      title: `tiles by the rule and calibrated: ${layer.title}`,
      contenders: ['nalu-layered', 'nalu-layered-calibrated'],
    }),
  ),
];

/** Multiply-adds that a step is about: what times within a series go with. */
export function workOf({ models, batch, inputs, hidden = [], outputs }: Workload): number {
  const ends = [inputs, ...hidden, outputs];
  const edges = ends.slice(1).reduce((sum, out, index) => sum + out * (ends[index] as number), 0);
  return models * batch * edges;
}
