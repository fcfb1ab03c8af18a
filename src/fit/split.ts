/**
 * Which rows are trained on and which are held out. A formula proves itself where it was not fitted, so by default the rows
 * held out lie outside the range of the others.
 */

import { DataError, OptionError } from '../errors.ts';
import { listed } from '../io/table.ts';
import { checkArguments } from '../options/check.ts';
import { number, optional, text as textKind } from '../options/kinds.ts';
import { createRandom } from '../random.ts';
import type { FitData } from './data.ts';
import { policy } from './policy.ts';

/**
 * How rows are held out.
 * - `magnitude`: those in which some input is larger, by |x|, than in every row that is kept.
 * - `target`: those in which the target is larger, by |y|, than in every row that is kept.
 * - `column`: the same of one input.
 * - `last`: the last rows, as for series in time.
 * - `random`: any, which tests nothing outside the range.
 * - `folds`: each fifth in turn, for tables that are too small for a part farther out.
 */
export type Split =
  | { readonly kind: 'magnitude' | 'target' | 'last' | 'random' | 'folds'; readonly share?: number }
  | { readonly kind: 'column'; readonly column: string; readonly share?: number };

/** Which rows are trained on, and which are held out. */
export interface SplitRows {
  /** Indices of rows, ascending. */
  readonly inside: readonly number[];
  readonly outside: readonly number[];
  /** Which rows are held out, for people: `the last rows of the table`. */
  readonly description: string;
  /** Whether the rows held out lie beyond the others in some column. */
  readonly extrapolates: boolean;
  /** Both parts are all rows; each was predicted when it was left out. */
  readonly folds?: boolean;
}

const SHARE = 0.25;
/** Held-out shares that ties may lead to instead. */
const LEAST_SHARE = 0.08;
const MOST_SHARE = 0.6;

const descriptions: Readonly<Record<Split['kind'], string>> = {
  magnitude: 'those in which an input is larger than in any row fitted to',
  target: 'those in which the target is larger than in any row fitted to',
  column: 'is larger than in any row fitted to',
  last: 'the last rows of the table',
  random: 'rows drawn at random, which test nothing outside the range',
  folds: 'each fifth of the rows in turn, predicted from the others',
};

/** By magnitude, or in folds where the table is small or too many rows share the same values. */
export function usualSplit(data: FitData, seed: number): SplitRows {
  if (data.rows >= policy.smallTable) {
    try {
      const split = splitRows(data, { kind: 'magnitude' }, seed);
      if (split.outside.length >= policy.leastHeldOut) return split;
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
    }
  }
  return splitRows(data, { kind: 'folds' }, seed);
}

/** Throws OptionError for a split that makes no sense, DataError where ties leave nothing to hold out. */
export function splitRows(data: FitData, split: Split, seed: number): SplitRows {
  const { share = SHARE } = split;
  if (!(share > 0 && share < 1)) {
    throw new OptionError(`the share held out is ${share}; it must be between 0 and 1`);
  }
  const wanted = Math.max(2, Math.min(data.rows - 2, Math.round(share * data.rows)));
  const all = Array.from({ length: data.rows }, (_, row) => row);
  switch (split.kind) {
    case 'random': {
      const random = createRandom(seed, 0x51);
      const drawn = all.map((row) => ({ row, key: random.uniform() })).sort((a, b) => a.key - b.key);
      const held = new Set(drawn.slice(0, wanted).map(({ row }) => row));
      return parted(all, (row) => held.has(row), descriptions.random, false);
    }
    case 'folds':
      return { inside: all, outside: all, description: descriptions.folds, extrapolates: false, folds: true };
    case 'last':
      return parted(all, (row) => row >= data.rows - wanted, descriptions.last, false);
    case 'target':
      return byScore(all, ranks(data.y, 1, 0), wanted, descriptions.target);
    case 'column': {
      const k = data.inputs.indexOf(split.column);
      if (k < 0) {
        throw new OptionError(
          `split by '${split.column}': it is not an input; the inputs are ${listed(data.inputs)}`,
        );
      }
      const description = `those in which '${split.column}' ${descriptions.column}`;
      return byScore(all, ranks(data.x, data.inputs.length, k), wanted, description);
    }
    case 'magnitude': {
      const columns = data.inputs.map((_, k) => ranks(data.x, data.inputs.length, k));
      const score = Float64Array.from(all, (row) =>
        columns.reduce((most, column) => Math.max(most, column[row] as number), 0),
      );
      return byScore(all, score, wanted, descriptions.magnitude);
    }
    default:
      throw new OptionError(
        `there is no split '${String((split as Split).kind)}'; known: ${Object.keys(descriptions).join(', ')}`,
      );
  }
}

/** For each row, how many rows have a smaller |x| in column `k`. */
function ranks(values: Float64Array, width: number, k: number): Float64Array {
  const magnitudes = new Float64Array(values.length / width);
  for (let row = 0; row < magnitudes.length; row++)
    magnitudes[row] = Math.abs(values[row * width + k] as number);
  const sorted = magnitudes.toSorted();
  return magnitudes.map((value) => countBelow(sorted, value));
}

/** How many of the ascending values `sorted` are below `value`. */
function countBelow(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Holds out all rows above one score, so that every one of them is beyond all that are kept: as near to `wanted` as ties allow. */
function byScore(
  rows: readonly number[],
  score: Float64Array,
  wanted: number,
  description: string,
): SplitRows {
  const sorted = score.toSorted();
  let best: { threshold: number; miss: number } | undefined;
  for (let at = 0; at < sorted.length; at++) {
    const threshold = sorted[at] as number;
    if (threshold === sorted[at + 1]) continue;
    const held = sorted.length - at - 1;
    const share = held / rows.length;
    const miss = Math.abs(held - wanted);
    if (share < LEAST_SHARE || share > MOST_SHARE || (best && miss >= best.miss)) continue;
    best = { threshold, miss };
  }
  if (!best) {
    throw new DataError(
      'the rows cannot be split by size: too many share the same values; split another way (last or random)',
    );
  }
  const { threshold } = best;
  return parted(rows, (row) => (score[row] as number) > threshold, description, true);
}

function parted(
  rows: readonly number[],
  isOutside: (row: number) => boolean,
  description: string,
  extrapolates: boolean,
): SplitRows {
  return {
    inside: rows.filter((row) => !isOutside(row)),
    outside: rows.filter(isOutside),
    description,
    extrapolates,
  };
}

/** Reads `magnitude`, `target`, `last`, `random`, `folds` or `column:NAME`. Throws OptionError. */
export function parseSplit(text: string, share?: number): Split {
  checkArguments('parseSplit()', { text, share }, { text: textKind, share: optional(number()) });
  const shared = share === undefined ? {} : { share };
  const [, column] = /^column:(.+)$/.exec(text) ?? [];
  if (column !== undefined) return { kind: 'column', column, ...shared };
  const kinds = ['magnitude', 'target', 'last', 'random', 'folds'] as const;
  const kind = kinds.find((known) => known === text);
  if (kind) return { kind, ...shared };
  throw new OptionError(`there is no split '${text}'; known: ${kinds.join(', ')}, column:NAME`);
}
