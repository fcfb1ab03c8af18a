/** How the values of `nalu benchmark`'s options are read. */

import { InvalidArgumentError } from 'commander';
import type { Shard } from '../benchmark/plan.ts';
import { OptionError } from '../index.ts';
import { formatRange, parseRange } from '../range.ts';
import type { RangePair, Settings } from '../tasks/benchmark.ts';

/** More seeds than are of use in one file. */
const MOST_SEEDS = 100_000;
const MOST_SHARDS = 10_000;

/** Reads `--seeds`: `25` is 0 to 24, `100-199` is those. */
export function readSeeds(text: string): number[] {
  const [, first, last] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  const from = last === undefined ? 0 : Number(first);
  const to = last === undefined ? Number(first) - 1 : Number(last);
  if (first === undefined || to < from || to > 0xffffffff || to - from >= MOST_SEEDS) {
    throw new InvalidArgumentError(
      `It must be how many (25 for the seeds 0 to 24) or which (100-199), at most ${MOST_SEEDS}.`,
    );
  }
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** Reads `--lanes`. */
export function readLanes(text: string): number {
  if (!/^(1|2|4|8|16|32|64|128|256)$/.test(text)) {
    throw new InvalidArgumentError('It must be a power of two from 1 to 256.');
  }
  return Number(text);
}

/** Reads `--shard i/n`, from 1. */
export function readShard(text: string): Shard {
  const [, number, count] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const shard = { number: Number(number), count: Number(count) };
  if (!(shard.count >= 1 && shard.count <= MOST_SHARDS && shard.number >= 1 && shard.number <= shard.count)) {
    throw new InvalidArgumentError('It must be i/n with i from 1 to n, such as 2/4.');
  }
  return shard;
}

/** Adds one `--setting name=value` to those before it. */
export function readSetting(text: string, before: Settings = {}): Settings {
  const [, name, value] = /^([\w-]+)=(.+)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new InvalidArgumentError('It must be name=value, such as inputs=10.');
  }
  return { ...before, [name]: Number.isNaN(Number(value)) ? value : Number(value) };
}

/**
 * Adds the names in `text`, separated by commas, to those before it; `*` and `->` stand for the dot and the arrow that
 * keyboards lack.
 */
export function readNames(text: string, before: readonly string[] = []): readonly string[] {
  const names = text.split(',').map((name) =>
    name
      .trim()
      .replaceAll('*', '•')
      .replace(/\s*->\s*/g, ' → '),
  );
  if (names.some((name) => name === '')) throw new InvalidArgumentError('A name is empty.');
  return [...before, ...names];
}

/** Adds a range, or ranges separated by semicolons, to those before it. */
export const readTexts = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...text.split(';').map((part) => part.trim()),
];

/**
 * The pairs of a task that `--ranges` names, by number (from 1) or by the training range. Throws OptionError with those
 * there are.
 */
export function chooseRanges(pairs: readonly RangePair[], texts: readonly string[]): RangePair[] {
  return texts.map((text) => {
    const byNumber = /^\d+$/.test(text) ? pairs[Number(text) - 1] : undefined;
    const name = byNumber ? undefined : /^\d+$/.test(text) ? text : formatRange(parseRange(text));
    const found = byNumber ?? pairs.find(({ range }) => formatRange(range) === name);
    if (found) return found;
    const known = pairs.map(({ range }, index) => `${index + 1} ${formatRange(range)}`).join(', ');
    throw new OptionError(`there is no range '${text}' in this task; its ranges: ${known}`);
  });
}
