/** How the values of `nalu fit`'s options are read. */

import { InvalidArgumentError } from 'commander';
import { parseSplit, type Split } from '../fit/index.ts';
import { OptionError } from '../index.ts';

/** Names separated by commas. */
export function readColumnNames(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.some((name) => name === '')) throw new InvalidArgumentError('A name is empty.');
  return names;
}

/** Stacks separated by commas, added to those before. */
export const readArchitectures = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...readColumnNames(text),
];

/** A number above 0 and at most `most`. */
export function positiveNumber(most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value > 0 && value <= most)) {
      throw new InvalidArgumentError(`It must be a number above 0 and at most ${most}.`);
    }
    return value;
  };
}

/** Reads `--split`. */
export function readSplit(text: string): Split {
  try {
    return parseSplit(text);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    throw new InvalidArgumentError(`${error.message}.`);
  }
}
