/** What the section can be set to. */

import { libraries, usualLibraries } from '../../bench/choices.ts';
import { workloads } from '../../bench/race/workloads.ts';
import { choice, choices, number } from '../../state/parameters.ts';
import { sectionState } from '../../state/section-state.ts';

/** The others: this package always takes part. */
export const opponents = libraries.filter(({ family }) => family !== 'ours').map(({ name }) => name);

const parameters = {
  train: choice('article', Object.keys(workloads)),
  against: choices(
    usualLibraries.filter((name) => opponents.includes(name)),
    opponents,
  ),
  seconds: number(2, { least: 0.1, most: 60 }),
};

export const state = sectionState('race', parameters);
export type RaceState = typeof state;
