/** What the section can be set to. */

import { choices, number, seed } from '../../state/parameters.ts';
import { sectionState } from '../../state/section-state.ts';
import { curveNames, usualCurves } from './curves.ts';

const parameters = {
  curves: choices(usualCurves, curveNames),
  seed: seed(0),
  /** Of each kind; the published experiment has 100. */
  models: number(10, { least: 1, most: 100, whole: true }),
  steps: number(2000, { least: 1, most: 100_000, whole: true }),
  rate: number(0.01, { above: 0, most: 100 }),
  width: number(8, { least: 1, most: 32, whole: true }),
  depth: number(3, { least: 1, most: 4, whole: true }),
};

export const state = sectionState('why', parameters);
export type WhyState = typeof state;
