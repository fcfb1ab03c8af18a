/** What is timed, as data. A new workload is one more record; a new kind of contender is one more name in the lists. */

/** How rows are drawn: see `problem.ts`. */
export type RowsName = 'article' | 'product' | 'neighbours';

export interface Workload {
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** Models trained side by side; 1 is a single model. */
  readonly models: number;
  readonly inputs: number;
  readonly outputs: number;
  /** Rows per step, the same ones at every step. */
  readonly batch: number;
  readonly rows: RowsName;
  readonly learningRate: number;
  /** Steps after which the losses of all contenders must agree. */
  readonly checkSteps: number;
  /** Names of contenders. The first is ours, which the others are held against. */
  readonly contenders: readonly string[];
}

const peers = ['tfjs-webgpu', 'tfjs-wasm', 'tfjs-cpu', 'tfjs-webgl', 'jax-webgpu', 'jax-wasm'];

const small = { inputs: 2, outputs: 1, batch: 128, rows: 'product', learningRate: 0.01 } as const;

/** Threads per model other than the library's own choice. */
export const LANES = [1, 2, 4, 8, 16, 32, 64];
const lanes = LANES.map((count) => `nalu-lanes-${count}`);

export const workloads: readonly Workload[] = [
  {
    name: 'article',
    title: 'one NALU 2→1, 2 000 rows',
    models: 1,
    inputs: 2,
    outputs: 1,
    batch: 2000,
    rows: 'article',
    learningRate: 0.05,
    checkSteps: 100,
    contenders: ['nalu', 'nalu-layered', ...lanes, ...peers],
  },
  {
    name: 'one-128',
    title: 'one NALU 2→1, 128 rows',
    ...small,
    models: 1,
    checkSteps: 20,
    contenders: ['nalu', 'nalu-shuffled', 'nalu-task', 'nalu-layered', ...peers],
  },
  {
    name: 'ensemble-100',
    title: '100 NALUs 2→1, 128 rows',
    ...small,
    models: 100,
    checkSteps: 20,
    contenders: ['nalu', 'nalu-shuffled', 'nalu-task', ...lanes, ...peers],
  },
  {
    name: 'ensemble-1000',
    title: '1 000 NALUs 2→1, 128 rows',
    ...small,
    models: 1000,
    checkSteps: 20,
    contenders: ['nalu', 'nalu-shuffled', 'nalu-task', ...lanes],
  },
  {
    name: 'ensemble-10000',
    title: '10 000 NALUs 2→1, 128 rows',
    ...small,
    models: 10_000,
    checkSteps: 5,
    contenders: ['nalu', 'nalu-shuffled', 'nalu-task', ...lanes.slice(0, 5)],
  },
  {
    name: 'layer-256',
    title: 'NALU layer 256→256, 1 024 rows',
    models: 1,
    inputs: 256,
    outputs: 256,
    batch: 1024,
    rows: 'neighbours',
    learningRate: 0.001,
    checkSteps: 3,
    contenders: ['nalu-layered', 'tfjs-webgpu', 'tfjs-wasm', 'tfjs-webgl', 'jax-webgpu', 'jax-wasm'],
  },
];

/** A goal of the project, in microseconds per model and step, of the median. */
export interface Target {
  readonly title: string;
  /** Workload and contender. */
  readonly of: readonly [string, string];
  /** With it, the figure is how many times longer this one takes. */
  readonly against?: readonly [string, string];
  readonly atMost?: number;
  readonly atLeast?: number;
}

const ensemble = ['ensemble-100', 'nalu'] as const;

export const targets: readonly Target[] = [
  { title: 'one model, 2 000 rows, µs per step', of: ['article', 'nalu'], atMost: 100 },
  { title: '100 models, from data, µs per model and step', of: ensemble, atMost: 8 },
  {
    title: '100 models, shuffled data, µs per model and step',
    of: ['ensemble-100', 'nalu-shuffled'],
    atMost: 8,
  },
  {
    title: '100 models, in-kernel task, µs per model and step',
    of: ['ensemble-100', 'nalu-task'],
    atMost: 12,
  },
  ...(['one-128', 'ensemble-100'] as const).flatMap((workload) => [
    {
      title: `times tfjs-wasm (${workload}) takes, per model and step of our 100 models`,
      of: ensemble,
      against: [workload, 'tfjs-wasm'] as const,
      atLeast: 100,
    },
    {
      title: `times tfjs-webgpu (${workload}) takes, per model and step of our 100 models`,
      of: ensemble,
      against: [workload, 'tfjs-webgpu'] as const,
      atLeast: 1000,
    },
  ]),
];
