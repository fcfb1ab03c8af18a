import { describe, expect, it } from 'vitest';
import { planBenchmark } from '../../src/benchmark/plan.ts';
import {
  chooseRanges,
  readNames,
  readSeeds,
  readSetting,
  readShard,
} from '../../src/cli/benchmark-options.ts';
import { OptionError } from '../../src/errors.ts';
import { singleModule, singleModuleRanges } from '../../src/tasks/single-module.ts';

const seeds = (count: number) => Array.from({ length: count }, (_, seed) => seed);
const task = singleModule;

describe('the plan of a benchmark', () => {
  it('has one ensemble for each unit and operation, with all ranges and seeds', () => {
    const chunks = planBenchmark({ task, seeds: seeds(25) });
    expect(chunks).toHaveLength(28);
    expect(chunks[0]?.name).toBe('add NAC');
    for (const { cell } of chunks) {
      expect(cell.models).toHaveLength(225);
      expect(cell.options.steps).toBe(50_000);
    }
    expect(new Set(chunks.map(({ name }) => name)).size).toBe(28);
  });

  it('deals every model out to exactly one shard', () => {
    for (const count of [1, 2, 3, 7, 40]) {
      const trained = new Map<string, number>();
      const sizes: number[] = [];
      for (let number = 1; number <= count; number++) {
        const chunks = planBenchmark({
          task,
          operations: ['add'],
          seeds: seeds(13),
          shard: { number, count },
        });
        let size = 0;
        for (const { cell } of chunks) {
          for (const { range, seed } of cell.models) {
            const key = JSON.stringify([cell.unit, range, seed]);
            trained.set(key, (trained.get(key) ?? 0) + 1);
            size++;
          }
        }
        sizes.push(size);
      }
      expect([...trained.values()].every((times) => times === 1)).toBe(true);
      expect(trained.size).toBe(6 * 9 * 13);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(9);
    }
  });

  it('cuts a cell of very many seeds into several ensembles', () => {
    const chunks = planBenchmark({ task, units: ['NMU'], seeds: seeds(1000) });
    expect(chunks.map(({ cell }) => cell.models.length)).toEqual([4095, 4095, 810]);
    expect(chunks[2]?.name).toBe('mul NMU, seeds 910 to 999');
  });

  it('takes a share of the steps that each cell has of its own', () => {
    const steps = (inputs: number, more: { steps?: number } = {}) =>
      planBenchmark({
        task,
        operations: ['add'],
        units: ['NAU'],
        seeds: seeds(1),
        settings: { inputs },
        stepsShare: 0.2,
        ...more,
      })[0]?.cell.options.steps;
    expect([steps(2), steps(10), steps(10, { steps: 7 })]).toEqual([10_000, 20_000, 7]);
  });

  it('says which unit cannot do an operation, and skips nothing that was asked for', () => {
    const plan = (units: string[], operations?: string[]) =>
      planBenchmark({ task, seeds: seeds(2), units, ...(operations && { operations }) });
    expect(plan(['NMU']).map(({ name }) => name)).toEqual(['mul NMU']);
    expect(() => plan(['NMU', 'NAU'], ['add'])).toThrow(/NMU cannot add; units that can: .*NAU/);
    expect(() => plan(['Foo'])).toThrow(/does not compare 'Foo'; it compares: NAC, /);
    expect(() => plan(['Foo'], ['add'])).toThrow(/there is no unit 'Foo'/);
    expect(() => plan(['NMU'], ['pow'])).toThrow(/no operation 'pow'; its operations: add, sub, mul, div/);
  });

  it('refuses a shard that nothing is left for', () => {
    const shard = { number: 5, count: 5 };
    const plan = () => planBenchmark({ task, units: ['NMU'], seeds: seeds(4), shard });
    expect(plan).toThrow(OptionError);
    expect(plan).toThrow(/shard 5\/5 has nothing to train: there are only 4 pairs/);
  });
});

describe('the options of nalu benchmark', () => {
  it('read seeds, shards, names and settings', () => {
    expect(readSeeds('3')).toEqual([0, 1, 2]);
    expect(readSeeds('100-102')).toEqual([100, 101, 102]);
    expect(readShard('2/4')).toEqual({ number: 2, count: 4 });
    expect(readNames('NAC*, NMU', ['NAU'])).toEqual(['NAU', 'NAC•', 'NMU']);
    expect(readSetting('inputs=10', { a: 'b' })).toEqual({ a: 'b', inputs: 10 });
  });

  it.each(['0', '', '-1', '3-2', '1.5', '5000000000-5000000001', '999999999', 'all'])(
    'refuse seeds %j',
    (text) => {
      expect(() => readSeeds(text)).toThrow(/It must be how many/);
    },
  );

  it.each(['0/4', '5/4', '1', '1/0', 'a/b', '1/99999'])('refuse shard %j', (text) => {
    expect(() => readShard(text)).toThrow(/i from 1 to n/);
  });

  it('find ranges by number and by notation', () => {
    const [, second, , , , , seventh] = singleModuleRanges;
    expect(chooseRanges(singleModuleRanges, ['2', 'U[1,2)', '[1, 2]'])).toEqual([second, seventh, seventh]);
    expect(() => chooseRanges(singleModuleRanges, ['10'])).toThrow(/no range '10' .* 1 U\[-20,-10\)/);
    expect(() => chooseRanges(singleModuleRanges, ['U[3,4)'])).toThrow(/no range 'U\[3,4\)'/);
    expect(() => chooseRanges(singleModuleRanges, ['wide'])).toThrow(/is not an interval/);
  });
});
