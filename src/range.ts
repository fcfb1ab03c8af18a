/** Input ranges of the literature: uniform on one interval, or on a union of several. Parsing and printing. */

import { OptionError } from './errors.ts';
import { show } from './options/check.ts';
import { anything } from './options/kinds.ts';

/** Uniform between two bounds, or in several such intervals with equal probability. */
export type InputRange = readonly [low: number, high: number] | readonly (readonly [number, number])[];

/** An interval or several; `intervalsOf` checks their ends. */
export const rangeKind = anything<InputRange>('[low, high] with low < high, or a list of such intervals');

/** Intervals of one range, at most. */
export const MAX_INTERVALS = 16;

/** The intervals of `range`, one or more. Throws OptionError where it is not a range. */
export function intervalsOf(range: InputRange): readonly (readonly [number, number])[] {
  const single = (list: InputRange): list is readonly [number, number] => typeof list[0] === 'number';
  const proper = (interval: unknown): boolean =>
    Array.isArray(interval) &&
    interval.length === 2 &&
    interval.every(Number.isFinite) &&
    interval[0] < interval[1];
  if (Array.isArray(range) && range.length > 0) {
    const intervals = single(range) ? [range] : range;
    if (intervals.length <= MAX_INTERVALS && intervals.every(proper)) return intervals;
  }
  throw new OptionError(
    `range is ${show(range)}; it must be [low, high] with low < high, ` +
      `or a list of at most ${MAX_INTERVALS} such intervals`,
  );
}

/** `range` as the literature writes it: `U[-2,-1)`, `U[-6,-2) ∪ U[2,6)`. */
export function formatRange(range: InputRange): string {
  return intervalsOf(range)
    .map(([low, high]) => `U[${low},${high})`)
    .join(' ∪ ');
}

const NUMBER = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?`;
const INTERVAL = new RegExp(String.raw`^\s*u?\s*[[(]\s*(${NUMBER})\s*,\s*(${NUMBER})\s*[\])]\s*$`, 'i');

/**
 * Reads the literature's notation: `U[-2,-1)`, `U[-6,-2] ∪ U[2,6]`, also without the U. Whether a bound belongs to the
 * range is of no account. Throws OptionError that names the part it could not read.
 */
export function parseRange(text: string): InputRange {
  if (typeof text !== 'string')
    throw new OptionError(`a range is ${show(text)}; it must be a text such as U[1,2)`);
  const intervals = text.split('∪').map((part) => {
    const match = INTERVAL.exec(part.replaceAll('−', '-'));
    if (!match) {
      throw new OptionError(
        `range '${text}': '${part.trim()}' is not an interval; write U[1,2), or U[-6,-2) ∪ U[2,6)`,
      );
    }
    return [Number(match[1]), Number(match[2])] as const;
  });
  intervalsOf(intervals);
  const [first, ...others] = intervals as [readonly [number, number], ...(readonly [number, number])[]];
  return others.length === 0 ? first : intervals;
}
