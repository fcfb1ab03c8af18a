/** Which workloads and contenders a run is about. */

import { GROWTH_CONTENDERS } from './growth.ts';
import { type Workload, workloads } from './workloads.ts';

export interface Selection {
  readonly workloads: readonly Workload[];
  /** Contenders whose growth is measured. */
  readonly growth: readonly string[];
  /** Entries that are opened in fresh pages. */
  readonly starts: readonly string[];
}

/** Entries in `bench/start/`, ours first. */
export const START_ENTRIES: readonly string[] = [
  'nalu-core-ensemble',
  'nalu-core-layered',
  'nalu-ensemble',
  'nalu-layered',
  'nalu-engines',
  'nalu-everything',
  'tfjs-webgpu',
  'tfjs-webgl',
  'tfjs-wasm',
  'tfjs-cpu',
  'jax-webgpu',
  'jax-wasm',
];

/** What belongs together, by name. */
export const GROUPS = {
  one: 'a single small model: the article, and a batch of 128 rows',
  ensembles: '100, 1 000 and 10 000 small models',
  stack: 'stacks 100→2→1, one and 100',
  inference: 'prediction: one row, and a million',
  layers: 'NALU layers of 128 to 2 048, forward only and full step',
  growth: 'time and memory from 100 to 10 000 models and 1 000 to 100 000 steps',
  start: 'from opening a fresh page to the first step, and bytes to download (needs a browser)',
  'nac-layers': 'NAC layers of 128 to 2 048, forward only and full step',
  lanes: "the ensemble engine's threads per model",
  tiles: "the layered engine's tiles: by the rule, and calibrated",
} as const;

export type SelectedGroup = keyof typeof GROUPS;

/** Those a reader asks for first; together they take less than a quarter of an hour without a GPU. */
export const DEFAULT_GROUPS: readonly SelectedGroup[] = [
  'one',
  'ensembles',
  'stack',
  'inference',
  'layers',
  'growth',
  'start',
];

/**
 * What groups and words choose; a word is a workload or contender, or how its name begins. Workloads by name are chosen
 * from all groups, unless groups are named too. The first contender of a workload always stays: the others are held
 * against it. Throws for a name that is none.
 */
export function select(
  groups: readonly string[] = [],
  words: readonly string[] = [],
  list: readonly Workload[] = workloads,
): Selection {
  const names = list.map(({ name }) => name);
  const contenders = [...new Set([...list.flatMap((workload) => workload.contenders), ...START_ENTRIES])];
  const wantedWorkloads = new Set<string>();
  const wantedContenders = new Set<string>();
  for (const word of words) {
    const [found, wanted] = named(word, names).length
      ? [named(word, names), wantedWorkloads]
      : [named(word, contenders), wantedContenders];
    if (found.length === 0) throw new Error(`--only: no workload and no contender begins with '${word}'`);
    for (const name of found) wanted.add(name);
  }
  const chosen = groupsOf(groups, wantedWorkloads.size > 0);
  const wanted = (name: string) => wantedContenders.size === 0 || wantedContenders.has(name);
  // Whoever names workloads does not ask for what is none.
  const apart = wantedWorkloads.size === 0 || groups.length > 0;
  return {
    workloads: list
      .filter(({ group }) => chosen.has(group))
      .filter(({ name }) => wantedWorkloads.size === 0 || wantedWorkloads.has(name))
      .map((workload) => ({
        ...workload,
        contenders: workload.contenders.filter((name, index) => index === 0 || wanted(name)),
      })),
    growth: apart && chosen.has('growth') ? GROWTH_CONTENDERS.filter(wanted) : [],
    starts: apart && chosen.has('start') ? START_ENTRIES.filter(wanted) : [],
  };
}

function groupsOf(groups: readonly string[], byName: boolean): Set<string> {
  const all = Object.keys(GROUPS);
  if (groups.includes('all') || (groups.length === 0 && byName)) return new Set(all);
  if (groups.length === 0) return new Set(DEFAULT_GROUPS);
  const unknown = groups.find((group) => !all.includes(group));
  if (unknown !== undefined) throw new Error(`--group: '${unknown}' is none of ${all.join(', ')}, all`);
  return new Set(groups);
}

/** The name itself, else all that begin so. */
function named(word: string, names: readonly string[]): string[] {
  if (names.includes(word)) return [word];
  return word === '' ? [] : names.filter((name) => name.startsWith(word));
}
