/** What the section can be set to. */

import { parseSplit } from '../../../../src/fit/index.ts';
import { NaluError } from '../../../../src/index.ts';
import { choice, number, seed, text } from '../../state/parameters.ts';
import { sectionState } from '../../state/section-state.ts';
import { sampleNames } from './samples.ts';

const parameters = {
  table: choice('energy', [...sampleNames, 'own']),
  /** Empty: the last column. */
  target: text(''),
  /** Names as `joinNames` writes them; empty: all other columns. */
  inputs: text('', { longest: 2000 }),
  seconds: number(45, { least: 1, most: 3600 }),
  seed: seed(),
  split: text('magnitude', {
    check(value) {
      try {
        parseSplit(value);
        return undefined;
      } catch (error) {
        if (error instanceof NaluError) return error.message;
        throw error;
      }
    },
  }),
  decimal: choice('auto', ['auto', 'point', 'comma']),
  delimiter: choice('auto', ['auto', 'comma', 'semicolon', 'tab', 'bar']),
  missing: choice('error', ['error', 'drop']),
};

export const state = sectionState('numbers', parameters);
export type NumbersState = typeof state;
