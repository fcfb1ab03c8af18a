import { describe, expect, it } from 'vitest';
import '../../src/units/registry.ts';
import type { EnsembleOptions } from '../../src/engines/ensemble/options.ts';
import { resolveEnsemble } from '../../src/engines/ensemble/resolve.ts';
import { OptionError } from '../../src/errors.ts';
import { findTask } from '../../src/tasks/registry.ts';

const options = (changes: object): EnsembleOptions =>
  ({
    model: { inputs: 1, layers: [{ unit: 'NAC', outputs: 1 }] },
    x: [[1]],
    y: [[2]],
    seeds: [0],
    ...changes,
  }) as EnsembleOptions;

const seedsOf = (seeds: unknown) => resolveEnsemble(options({ seeds })).seeds;

describe('seeds of an ensemble', () => {
  it('are a list, or so many in a row', () => {
    expect(seedsOf([7, 3, 5])).toEqual([7, 3, 5]);
    expect(seedsOf({ count: 3 })).toEqual([0, 1, 2]);
    expect(seedsOf({ count: 2, from: 2 ** 32 - 2 })).toEqual([2 ** 32 - 2, 2 ** 32 - 1]);
  });

  it.each([
    [42, 'seeds is 42; it must be a list of seeds, or { count: 200 } for the seeds 0 to 199'],
    [{ from: 3 }, 'seeds has no count'],
    [{ count: 0 }, 'seeds.count is 0'],
    [{ count: 2, first: 1 }, "seeds has no option 'first'"],
    [{ count: 2, from: 2 ** 32 - 1 }, 'seeds end at 4294967296; the largest seed is 4294967295'],
    [[], 'seeds is []'],
    [[1, 2, 1], 'seeds has 1 twice; those models would be one and the same'],
  ])('are not %j', (seeds, message) => {
    expect(() => seedsOf(seeds)).toThrow(OptionError);
    expect(() => seedsOf(seeds)).toThrow(message);
  });

  it('may be there twice where learning rates differ', () => {
    const { seeds } = resolveEnsemble(options({ seeds: [1, 1], learningRate: [0.1, 0.01] }));
    expect(seeds).toEqual([1, 1]);
  });

  it('are each there once for the ranges of a benchmark, which differ', () => {
    const task = findTask('single-module');
    const request = { operation: 'add', unit: 'NAC' };
    expect(task.cell({ ...request, seeds: { count: 2 } }).models).toHaveLength(2 * task.ranges.length);
    expect(() => task.cell({ ...request, seeds: [4, 4] })).toThrow('seeds has 4 twice');
  });
});
