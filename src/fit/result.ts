/** What `fit` gives. */

import type { Formula } from '../expression/tree.ts';
import type { TableSummary } from '../io/summary.ts';
import type { PartedRows } from './candidate.ts';
import type { Errors } from './errors.ts';
import type { FittedFormula } from './formulas.ts';
import type { SavedFit } from './saved.ts';
import type { SplitRows } from './split.ts';

/** Why the search ended: an exact formula, all that was planned, the seconds, or the signal. */
export type StopReason = 'found' | 'done' | 'time' | 'interrupted';

/** A linear fit or a network on the same rows, to compare a formula with. */
export interface MeasuredBaseline {
  readonly name: string;
  readonly inRange: Errors;
  readonly outOfRange: Errors;
  readonly test?: Errors;
  /** Predictions for rows [rows, inputs] as they are in the table. */
  predict(x: Float64Array): Float64Array;
}

/** What a search found, whether it is to be believed, and why. */
export interface FitResult {
  /** Whether `best` passes as the law of the table. */
  readonly found: boolean;
  /** Whether what it leaves is rounding. */
  readonly exact: boolean;
  /** Why it passes or does not, for people. */
  readonly reason: string;
  readonly stopped: StopReason;
  /** The best formula, law or not; undefined where the search ended before there was one. */
  readonly best: FittedFormula | undefined;
  /** The next best, the best first. */
  readonly runnersUp: readonly FittedFormula[];
  /** Of every size the nearest, where it is nearer than the smaller ones; the smallest first. */
  readonly front: readonly FittedFormula[];
  readonly baselines: {
    readonly linear: MeasuredBaseline & { readonly formula: Formula };
    /** Undefined where the search ended before it was trained. */
    readonly mlp: MeasuredBaseline | undefined;
  };
  /** Random starts that were trained, of all architectures. */
  readonly starts: number;
  /** Those among them that predict what `best` does, inside the range and outside. */
  readonly agreeing: number;
  readonly searched: readonly {
    readonly architecture: string;
    readonly starts: number;
    readonly steps: number;
    readonly seconds: number;
    readonly outOfRange?: Errors;
  }[];
  readonly target: string;
  /** Columns that took part. */
  readonly inputs: readonly string[];
  readonly summary: TableSummary;
  readonly notes: readonly string[];
  readonly split: SplitRows;
  readonly rows: PartedRows;
  /** As `resume` it lets another call go on from here. */
  readonly search: SavedFit;
  readonly wallSeconds: number;
}
