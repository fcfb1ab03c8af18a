/** What a race can be about: workloads of the benchmark, in words. */

import { workloads as all, type Workload } from '../../../../bench/workloads.ts';

export interface RaceWorkload {
  /** In a list. */
  readonly title: string;
  /** In a sentence. */
  readonly what: string;
  readonly workload: Workload;
}

const named = (name: string, title: string, what: string): [string, RaceWorkload] => {
  const workload = all.find((each) => each.name === name);
  if (!workload) throw new Error(`the benchmark has no workload '${name}'`);
  return [name, { title, what, workload }];
};

export const workloads: Readonly<Record<string, RaceWorkload>> = Object.fromEntries([
  named('article', 'one NALU', 'one NALU that learns to multiply from 2000 examples'),
  named(
    'ensemble-100',
    '100 NALUs',
    '100 NALUs from 100 seeds, side by side, that learn to multiply from 128 examples',
  ),
  named(
    'ensemble-1000',
    '1000 NALUs',
    '1000 NALUs from 1000 seeds, side by side, that learn to multiply from 128 examples',
  ),
  named('layer-256', 'a wide layer', 'one layer of NALUs with 256 inputs and 256 outputs, 1024 examples'),
]);

/** Ours first: it has one engine for small models and one for wide ones. */
export const contendersOf = ({ contenders }: Workload, opponents: readonly string[]): string[] => [
  contenders[0] as string,
  ...opponents,
];
