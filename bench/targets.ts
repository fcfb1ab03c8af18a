/** Goals of the project, in microseconds per model and step, of the median. */

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
