/** Seeds of many models: which, or how many. */

import { OptionError } from '../errors.ts';
import { either, type Kind, list, needed, number, options, seed } from '../options/kinds.ts';

/** The seed of each model, or `{ count: 200 }` for 0 to 199, `{ count: 200, from: 1000 }` for 1000 to 1199. */
export type Seeds = readonly number[] | SeedRange;

/** Seeds in a row. */
export interface SeedRange {
  /** How many. */
  readonly count: number;
  /** The first of them. Default 0. */
  readonly from?: number;
}

/** Models of one ensemble: more results than one list is of use for. */
const MOST_MODELS = 1_000_000;

const rangeKind = options<SeedRange>({
  fields: { count: needed(number({ whole: true, least: 1, most: MOST_MODELS })), from: seed },
});

export const seedsKind: Kind<Seeds> = {
  ...either(list(seed, 1, MOST_MODELS), rangeKind),
  what: `a list of seeds, or { count: 200 } for the seeds 0 to 199; at most ${MOST_MODELS}`,
};

/** Every seed, of what was checked. Throws OptionError for one beyond 2³² − 1. */
export function resolveSeeds(seeds: Seeds): readonly number[] {
  if (!('count' in seeds)) return seeds;
  const { count, from = 0 } = seeds;
  if (from + count > 2 ** 32) {
    throw new OptionError(`seeds end at ${from + count - 1}; the largest seed is 4294967295`);
  }
  return Array.from({ length: count }, (_, at) => from + at);
}

/** The first seed that stands in the list twice. */
export function repeatedSeed(seeds: readonly number[]): number | undefined {
  const seen = new Set<number>();
  return seeds.find((each) => seen.size === seen.add(each).size);
}

/** Throws OptionError for more models than an ensemble may have. */
export function checkModels(models: number): void {
  if (!(models > MOST_MODELS)) return;
  throw new OptionError(
    `seeds are for ${models} models; at most ${MOST_MODELS} can be trained in one run: train them in several`,
  );
}
