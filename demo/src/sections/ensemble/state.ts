/** What the section can be set to. */

import { NaluError, parseRange } from '../../../../src/index.ts';
import { choice, number, seed, text } from '../../state/parameters.ts';
import { sectionState } from '../../state/section-state.ts';
import { operations } from './operations.ts';
import { unitsOf } from './units.ts';

/** Why `read` cannot read a text, if it cannot. */
const unlessReadable = (read: (value: string) => unknown) => ({
  check(value: string): string | undefined {
    try {
      read(value);
      return undefined;
    } catch (error) {
      if (error instanceof NaluError) return error.message;
      throw error;
    }
  },
});

const range = (usual: string) => text(usual, unlessReadable(parseRange));

/** Models of one unit. */
export const MOST_MODELS = 10_000;

const parameters = {
  op: choice('mul', Object.keys(operations) as (keyof typeof operations)[]),
  /** For the operation `expression`. Whether it can be drawn from the range is said when it is trained. */
  expr: text('x0 * x1 + x2'),
  /** Up to three, with commas between them; empty: the usual ones of the operation. */
  units: text('', unlessReadable(unitsOf)),
  ranges: choice('one', ['one', 'nine']),
  range: range('U[1,2)'),
  far: range('U[2,6)'),
  seeds: number(1000, { least: 1, most: MOST_MODELS, whole: true }),
  seed: seed(0),
  steps: number(2000, { least: 1, most: 1_000_000, whole: true }),
  batch: number(64, { least: 1, most: 4096, whole: true }),
  recipe: choice('own', ['own', 'published']),
  rate: number(0.004, { above: 0, most: 100 }),
  schedule: choice('constant', ['constant', 'cosine', 'exponential']),
  hidden: number(2, { least: 1, most: 16, whole: true }),
  threshold: number(1e-5, { above: 0 }),
};

export const state = sectionState('ensemble', parameters);
export type EnsembleState = typeof state;
