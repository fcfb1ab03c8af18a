/** Goals of the project. */

/** In microseconds per model and step, of the median. */
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

/** Of an entry in a fresh page: kilobytes it downloads, compressed, or milliseconds until its first step is done. */
export interface StartTarget {
  readonly title: string;
  readonly entry: string;
  readonly figure: 'download' | 'first';
  readonly atMost: number;
}

const small = { figure: 'download', atMost: 25 } as const;
const soon = { figure: 'first', atMost: 1000 } as const;

export const startTargets: readonly StartTarget[] = [
  { ...small, entry: 'nalu-engines', title: 'kB to download, all units and both engines' },
  { ...small, entry: 'nalu-core-ensemble', title: 'kB to download, one unit and the ensemble engine' },
  { ...small, entry: 'nalu-core-layered', title: 'kB to download, one unit and the layered engine' },
  { ...soon, entry: 'nalu-ensemble', title: 'ms until the first step, ensemble engine' },
  { ...soon, entry: 'nalu-layered', title: 'ms until the first step, layered engine' },
];
