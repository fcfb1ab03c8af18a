import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../src/benchmark/record.ts';
import { curveOf } from '../../src/report/curves.ts';
import { findGaps, gapText, runsOf } from '../../src/report/gaps.ts';
import { identityCurve } from '../../src/report/identity.ts';
import { boundsOf, byRange, commonUnit } from '../../src/report/names.ts';
import type { PublishedData } from '../../src/report/published.ts';
import { type CellRecords, quantile, summarizeRecords } from '../../src/report/summary.ts';
import { failure, recordOf } from '../support/records.ts';

const file = join(import.meta.dirname, '../../data/published.json');
const published = JSON.parse(readFileSync(file, 'utf8')) as PublishedData;

/** Records of seeds 0, 1, …; the first `successes` succeed. */
const cell = (seeds: number, successes: number, changes: Partial<RunRecord> = {}) =>
  Array.from({ length: seeds }, (_, seed) =>
    recordOf({ seed, ...changes, ...(seed < successes ? {} : failure) }),
  );

const rowOf = (records: readonly RunRecord[]) => {
  const { rows } = summarizeRecords(records, published);
  expect(rows).toHaveLength(1);
  return rows[0] as (typeof rows)[number];
};

describe('the row of a cell', () => {
  it("has the field's figures over its seeds", () => {
    const solved = [1000, 3000, 8000];
    const records = cell(4, 3).map((run, seed) =>
      run.success ? { ...run, solvedAt: solved[seed] as number, seconds: seed } : { ...run, seconds: 6 },
    );
    const row = rowOf(records);
    expect(row).toMatchObject({
      seeds: 4,
      successes: 3,
      successRate: 0.75,
      solvedAtMedian: 3000,
      solvedAtMean: 4000,
      threshold: 1.2e-5,
      secondsPerRun: (0 + 1 + 2 + 6) / 4,
      diverged: 0,
      steps: 50_000,
    });
    // Wilson's interval of 3/4 by its equation.
    const [z, n, p] = [1.959964, 4, 0.75];
    const center = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
    const half = (z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))) / (1 + (z * z) / n);
    expect(row.ci?.[0]).toBeCloseTo(center - half, 6);
    expect(row.ci?.[1]).toBeCloseTo(center + half, 6);
    expect(row.sparsityError).toBeCloseTo(1e-4, 9); // equal values: no fit, and failures do not count
  });

  it('takes errors of models that diverged as infinite', () => {
    const bad = { ...failure, validationError: null, extrapolationError: null, diverged: true };
    const few = rowOf([...cell(3, 0), recordOf({ seed: 3, ...bad, steps: 70, selectedStep: 0 })]);
    expect(few).toMatchObject({ diverged: 1, steps: 50_000, extrapolationErrorMedian: 3 });
    const most = [1, 2, 3].map((seed) => recordOf({ seed, ...bad, steps: 70, selectedStep: 0 }));
    expect(rowOf([...cell(1, 0), ...most])).toMatchObject({ extrapolationErrorMedian: null, diverged: 3 });
    expect(rowOf(most).steps).toBeNull();
  });

  it('has no success rate where nothing decides on success', () => {
    const figures = { mae_inside: 0.5 };
    const row = rowOf(cell(3, 0, { task: 'identity', op: 'identity', threshold: null, figures }));
    expect(row).toMatchObject({ successRate: null, ci: null, figures: { mae_inside: 0.5 }, overlaps: null });
  });

  it('stands beside what is published of it, and says whether the intervals overlap', () => {
    // 17 of 25 and 25 of 25, as figure 2 of 'MCFC findings' shows them.
    const hard = { range: 'U[-1.2,-1.1)' };
    const equal = rowOf(cell(25, 17, hard));
    expect(equal.published).toMatchObject({ successRate: 0.68, seeds: 25, steps: 50_000 });
    expect(equal.published?.ci[0]).toBeCloseTo(0.4841, 4);
    expect(equal.published?.ci[1]).toBeCloseTo(0.828, 3);
    expect(equal.overlaps).toBe(true);
    expect(rowOf(cell(25, 2, hard)).overlaps).toBe(false);
    expect(rowOf(cell(25, 20)).published).toMatchObject({ successRate: 1 });
    expect(rowOf(cell(25, 25, { unit: 'NAC•' }))).toMatchObject({ published: null, overlaps: null });
    expect(rowOf(cell(25, 25, { settings: { inputs: 10 } })).published).toBeNull();
  });

  it('finds networks of the arithmetic dataset by any of their names', () => {
    const settings = { inputs: 100, subset: 0.25, overlap: 0.5 };
    const task = { task: 'arithmetic', settings };
    for (const unit of ['NAC•,σ', 'NAC → NAC•σ']) {
      expect(rowOf(cell(5, 5, { ...task, unit })).published?.solvedAtMedian).toBe(2_547_500);
    }
    expect(rowOf(cell(5, 5, { ...task, unit: 'NAC•σ' })).published).toBeNull(); // NAU → NAC•σ here
    const ci = rowOf(cell(5, 0, { ...task, unit: 'NAC•' })).published?.ci;
    expect(ci?.[0]).toBeCloseTo(0.2277969721237604, 9); // as printed in full by Madsen & Johansen
    expect(ci?.[1]).toBeCloseTo(0.40626055719489407, 9);
    for (const unit of ['NMU', 'NAU → NMU']) {
      expect(rowOf(cell(5, 0, { ...task, unit })).published?.successRate).toBe(0.98);
    }
    expect(rowOf(cell(5, 0, { ...task, op: 'add', unit: 'NAC' })).published?.solvedAtMedian).toBe(248_500);
    expect(['NAC+', 'Dense ReLU', 'NAC•,NMU'].map(commonUnit)).toEqual(['NAC', 'ReLU', 'NAC•NMU']);
  });
});

describe('a report', () => {
  it('does not depend on the order of the records', () => {
    const names = ['NMU', 'NALU', 'NAC•'].flatMap((unit) =>
      ['U[10,20)', 'U[-2,2)', 'U[-2,-1)'].flatMap((range) => cell(2, 1, { unit, range })),
    );
    const report = summarizeRecords(names, published);
    expect(summarizeRecords(names.toReversed(), published)).toEqual(report);
    expect(report.rows.map(({ range, unit }) => `${range} ${unit}`)).toEqual(
      ['U[-2,-1)', 'U[-2,2)', 'U[10,20)'].flatMap((range) =>
        ['NAC•', 'NALU', 'NMU'].map((unit) => `${range} ${unit}`),
      ),
    );
  });

  it('names adapters, versions and days once', () => {
    const records = [
      recordOf({ adapter: 'b', date: '2026-11-25' }),
      recordOf({ seed: 1, adapter: 'a' }),
      recordOf({ seed: 2, adapter: 'b' }),
    ];
    expect(summarizeRecords(records, published)).toMatchObject({
      adapters: ['a', 'b'],
      versions: ['0.1.0'],
      dates: ['2026-11-24', '2026-11-25'],
    });
  });
});

describe('gaps', () => {
  it('are seeds and cells that others have', () => {
    const records = [...cell(5, 5), ...cell(2, 2, { unit: 'NALU' }), ...cell(5, 5, { range: 'U[10,20)' })];
    expect(findGaps(records).map(gapText)).toEqual([
      'Single-module task, inputs 2, mul, NALU, U[1,2): seeds 2–4 missing',
      'Single-module task, inputs 2, mul, NALU, U[10,20): seeds 0–4 missing',
    ]);
    expect(findGaps(cell(5, 5))).toEqual([]);
    expect(runsOf([1, 3, 4, 5, 9])).toBe('1, 3–5, 9');
  });
});

describe('series for figures', () => {
  it('interpolate quantiles, and keep infinite neighbours apart', () => {
    expect(quantile([4, 1, 3, 2], 0.25)).toBe(1.75);
    const infinite = Number.POSITIVE_INFINITY;
    expect(quantile([1, infinite, 2], 0.5)).toBe(2);
    expect(quantile([1, infinite], 0.5)).toBe(infinite);
    expect(quantile([infinite, infinite], 0.25)).toBe(infinite);
  });

  it('count a model that diverged as infinitely wrong from then on', () => {
    const points = (...values: number[]) => values.map((value, at) => [at * 10, value, 2 * value] as const);
    const runs = [points(1, 2, 3), points(3, 4, 5), points(5)].map((curve, seed) =>
      recordOf({ seed, curve }),
    );
    const [start, later] = curveOf(runs as unknown as CellRecords);
    expect(start).toEqual({ step: 0, validation: 3, extrapolation: [4, 6, 8] });
    expect(later).toEqual({ step: 10, validation: 4, extrapolation: [6, 8, Number.POSITIVE_INFINITY] });
  });

  it('average the errors at x over the models that have one', () => {
    const runs = [
      recordOf({ figures: { curve_2: 1, 'curve_-20': 4, mae_inside: 9 } }),
      recordOf({ seed: 1, figures: { curve_2: 3, 'curve_-20': null } }),
    ];
    expect(identityCurve(runs as unknown as CellRecords)).toEqual([
      { x: -20, error: 4 },
      { x: 2, error: 2 },
    ]);
  });

  it('know the bounds of ranges and sort by their middle', () => {
    expect(boundsOf('U[-6,-2) ∪ U[0.2,6)')).toEqual([-6, -2, 0.2, 6]);
    expect(['U[10,20)', 'U[-2,2)', 'odd', 'U[-20,-10)'].sort(byRange)).toEqual([
      'U[-20,-10)',
      'U[-2,2)',
      'odd',
      'U[10,20)',
    ]);
  });
});
