import { describe, expect, it } from 'vitest';
import { parseRecord } from '../../src/benchmark/read.ts';
import { singleModuleThreshold } from '../../src/metrics/index.ts';
import { rejudge } from '../../src/report/rejudge.ts';
import { overlapsIn, summarizeRecords } from '../../src/report/summary.ts';
import { recordOf } from '../support/records.ts';

const [loose, strict] = [1e-4, 1e-5].map((epsilon) => singleModuleThreshold('mul', [2, 6], { epsilon })) as [
  number,
  number,
];
const run = recordOf({
  task: 'single-module',
  settings: { inputs: 2 },
  op: 'mul',
  range: 'U[1,2)',
  extrapolationRange: 'U[2,6)',
  threshold: loose,
  extrapolationError: loose / 2,
  success: true,
  solvedAt: 3000,
  selectedStep: 5000,
});

describe('records judged anew', () => {
  it('succeed by the other threshold, and say so', () => {
    expect(rejudge(run, 1e-5)).toEqual({
      ...run,
      settings: { inputs: 2, epsilon: 1e-5 },
      threshold: strict,
      success: false,
      solvedAt: null,
    });
    const exact = rejudge({ ...run, extrapolationError: 0 }, 1e-5);
    expect(exact).toMatchObject({ success: true, solvedAt: null });
    for (const each of [exact, rejudge(run, 1e-5)]) {
      expect(parseRecord(JSON.stringify(each), { file: 'x', line: 1 })).toEqual(each);
    }
  });

  it('know from their curve when they were solved', () => {
    const curve = [
      [0, 9, 9],
      [1000, 1, loose / 2],
      [2000, null, null],
      [3000, 0, strict / 2],
      [4000, 0, 0],
    ] as const;
    expect(rejudge({ ...run, extrapolationError: 0, curve }, 1e-5)).toMatchObject({ solvedAt: 3000 });
    expect(rejudge({ ...run, extrapolationError: 0, curve: curve.slice(0, 2) }, 1e-5)).toMatchObject({
      solvedAt: 5000,
    });
  });

  it('stay as they are where the threshold is not that of a single module, or is this one', () => {
    const own = rejudge(run, 1e-5);
    for (const other of [own, { ...run, task: 'arithmetic' }, { ...run, threshold: null }]) {
      expect(rejudge(other, 1e-5)).toBe(other);
    }
  });
});

describe('a report', () => {
  it('counts published rates with an interval that overlaps ours, and has the sample mean of sparsity errors', () => {
    const seeds = Array.from({ length: 25 }, (_, seed) => seed);
    // Two modes: the beta distribution's mean is not that of the errors.
    const records = [
      ...seeds.map((seed) => recordOf({ seed, unit: 'NMU', sparsityError: seed < 20 ? 1e-9 : 0.4 })),
      ...seeds.map((seed) =>
        recordOf({
          seed,
          unit: 'NAC',
          sparsityError: 0.1,
          success: false,
          solvedAt: null,
          extrapolationError: 9,
        }),
      ),
    ];
    const cell = (unit: string): ['mul', string, string, number, number, null, null, null] => [
      'mul',
      unit,
      'U[1,2)',
      25,
      25,
      null,
      null,
      null,
    ];
    const published = {
      sources: {},
      results: [
        { task: 'single-module', settings: {}, steps: 1, source: 's', rows: [cell('NMU'), cell('NAC')] },
      ],
    };
    const report = summarizeRecords(records, published);
    expect(overlapsIn(report)).toEqual({ cells: 2, overlapping: 1 });
    const nmu = report.rows.find(({ unit }) => unit === 'NMU');
    expect(nmu?.sparsitySampleMean).toBeCloseTo(0.08, 6);
    expect(nmu?.sparsityError).not.toBeCloseTo(0.08, 2);
  });
});
