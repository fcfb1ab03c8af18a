import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../src/benchmark/record.ts';
import { loadPng } from '../../src/cli/drawing.ts';
import { reportCsv } from '../../src/cli/report-csv.ts';
import { drawFigure } from '../../src/cli/report-figure.ts';
import { reportDocument, reportMarkdown } from '../../src/cli/report-markdown.ts';
import { percent } from '../../src/cli/report-tables.ts';
import { reportText } from '../../src/cli/report-text.ts';
import { columns } from '../../src/cli/text.ts';
import type { PublishedData } from '../../src/report/published.ts';
import { summarizeRecords } from '../../src/report/summary.ts';
import { failure, recordOf } from '../support/records.ts';

const file = join(import.meta.dirname, '../../data/published.json');
const published = JSON.parse(readFileSync(file, 'utf8')) as PublishedData;

const cell = (successes: number, changes: Partial<RunRecord> = {}) =>
  Array.from({ length: 25 }, (_, seed) =>
    recordOf({ seed, ...changes, ...(seed < successes ? {} : failure) }),
  );

const records = [
  ...cell(24),
  ...cell(10, { unit: 'MulMCFC RealNPU sign' }).map((run) =>
    run.seed === 24 ? { ...run, diverged: true, steps: 9, selectedStep: 0 } : run,
  ),
  ...cell(2, { range: 'U[-2,2)', extrapolationRange: 'U[-6,-2) ∪ U[2,6)' }),
];
const report = summarizeRecords(records, published);
const identity = cell(0, {
  task: 'identity',
  op: 'identity',
  settings: {},
  range: 'U[-5,5)',
  threshold: null,
}).map((run) => ({ ...run, figures: { mae_inside: 0.25, 'curve_-9': 5, curve_0: 0, curve_9: 5 } }));

describe('the text of a report', () => {
  const text = reportText(report);

  it('has a table as in the papers, with the published figures beside ours', () => {
    expect(text).toContain('Single-module task, mul\ninputs 2, 25 seeds, 50,000 steps\n');
    expect(text).toContain('diverged: MulMCFC RealNPU sign 1 of 25\n');
    expect(text).toMatch(/^ {2}U\[1,2\) → U\[2,6\)$/m);
    expect(text).toMatch(/^ {4}NMU +96 +\[80, 99\] +100 +\[87, 100\] += {2,}3,000 +1\.0e-4$/m);
    expect(text).toMatch(/^ {4}NMU +8 +\[2, 25\] +100 +\[87, 100\] +≠ {2,}3,000 +1\.0e-4$/m);
    expect(text).toMatch(/^ {4}MulMCFC RealNPU sign +40 +\[23, 59\] +3,000 +1\.0e-4$/m);
    expect(text).toContain('are half of the true mean');
    expect(text).toContain(
      'Adapter  SwiftShader (software)\nVersion  nalu-webgpu 0.1.0\nDate     2026-11-24\n',
    );
  });

  it('says what is missing', () => {
    expect(text).toContain('One cell lacks seeds that others have:');
    expect(text.replace(/\s+/g, ' ')).toContain('MulMCFC RealNPU sign, U[-2,2): seeds 0–24 missing');
  });

  it('fits a terminal of 80 columns', () => {
    const long = summarizeRecords(
      ['NAC', 'Gated NAU/NMU'].flatMap((unit) =>
        cell(3, {
          task: 'arithmetic',
          unit,
          steps: 5_000_000,
          settings: { inputs: 100, overlap: 0.5, subset: 0.25 },
        }),
      ),
      published,
    );
    for (const each of [text, reportText(long), reportText(summarizeRecords(identity, published))]) {
      expect(Math.max(...each.split('\n').map(columns))).toBeLessThanOrEqual(80);
    }
  });

  it('has a table of errors where nothing decides on success', () => {
    const errors = reportText(summarizeRecords(identity, published));
    expect(errors).toMatch(/validation +extrapolation +mae_inside\n/);
    expect(errors).toMatch(/^ {4}NMU +2\.0e\+0 +3\.0e\+0 +2\.5e-1$/m);
    expect(errors).not.toContain('curve_');
    expect(errors).not.toContain('success');
  });

  it('never rounds to nothing or everything', () => {
    expect([0, 0.001, 0.5, 0.999, 1].map(percent)).toEqual(['0', '<1', '50', '>99', '100']);
  });
});

describe('markdown', () => {
  it('has the same tables, with intervals', () => {
    const text = reportMarkdown(report);
    expect(text).toContain('## Single-module task, mul\n\nInputs 2, 25 seeds, 50,000 steps.\n\n| Range |');
    expect(text).toContain('| U\\[1,2) | U\\[2,6) | NMU | 96 [80, 99] | 100 [87, 100] | = | 3,000 |');
    const widths = text.split('\n').flatMap((line) => (line.startsWith('|') ? line.split(' | ').length : []));
    expect(new Set(widths).size).toBe(1);
  });

  it('is a document that says how it was made, with links from where it lies', () => {
    const text = reportDocument(report, {
      command: 'nalu report a.jsonl',
      madeWith: ['nalu benchmark single-module'],
      file: 'docs/benchmarks.md',
      figures: [{ file: 'docs/figures/success rates.svg', caption: 'Success' }],
    });
    expect(text).toMatch(/^# Benchmarks\n/);
    expect(text).toContain(
      '- Adapter: SwiftShader (software)\n- Version: nalu-webgpu 0.1.0\n- Date: 2026-11-24\n',
    );
    expect(text).toContain('```sh\nnalu benchmark single-module\n```');
    expect(text).toContain('```sh\nnalu report a.jsonl\n```');
    expect(text).toContain('![Success](figures/success%20rates.svg)');
    expect(text).toContain('## What is missing');
  });
});

describe('CSV', () => {
  it('has a line for each row, with quotes where they are needed', () => {
    const [head, first] = reportCsv(report).split('\n') as [string, string];
    expect(head).toMatch(
      /^task,settings,unit,op,range,extrapolationRange,seeds,successes,successRate,ciLow,/,
    );
    expect(first).toMatch(
      /^single-module,"\{""inputs"":2\}",NMU,mul,"U\[-2,2\)","U\[-6,-2\) ∪ U\[2,6\)",25,2,0\.08,/,
    );
    expect(reportCsv(report).trim().split('\n')).toHaveLength(4);
  });
});

describe('figures', () => {
  it('show success rates, and published ones as diamonds', async () => {
    const svg = await drawFigure('success', records, report);
    for (const text of ['Single-module task, mul', 'success rate', 'NMU', 'U[-2,2)']) {
      expect(svg).toContain(`>${text}</text>`);
    }
    // Three rates of ours, and two published ones of a NMU.
    const symbols = svg.match(/<g class="mark-symbol role-mark [^>]*>(?:<path [^>]*>)+/g)?.join('') ?? '';
    expect(symbols.match(/<path /g)).toHaveLength(5);
  });

  it('show curves with gaps where the median is infinite', async () => {
    const curve = [
      [0, 1, 10],
      [1000, 0, 1e-12],
      [2000, null, null],
    ] as const;
    const drawn = cell(25).map((run) => ({ ...run, curve }));
    const svg = await drawFigure('curves', drawn, summarizeRecords(drawn, published));
    expect(svg).toContain('>Single-module task, mul, inputs 2</text>');
    expect(svg).not.toMatch(/NaN|Infinity/);
    await expect(drawFigure('curves', records, report)).rejects.toMatchObject({ code: 'nothing-to-draw' });
  });

  it('show the identity task against x', async () => {
    const svg = await drawFigure('identity', identity, summarizeRecords(identity, published));
    expect(svg).toContain('>mean absolute error</text>');
    expect(svg).not.toMatch(/NaN|Infinity/);
    await expect(drawFigure('identity', records, report)).rejects.toMatchObject({ code: 'nothing-to-draw' });
    await expect(
      drawFigure('success', identity, summarizeRecords(identity, published)),
    ).rejects.toMatchObject({ code: 'nothing-to-draw' });
  });

  it('are PNG files in which text can be seen', async () => {
    const svg = (text: string) =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"><text x="5" y="20" font-size="14" font-family="Helvetica, Arial, sans-serif">${text}</text></svg>`;
    const pngOf = await loadPng();
    const [some, none] = [pngOf(svg('NAC•σ ∪ →')), pngOf(svg(''))];
    expect([...some.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    const size = new DataView(some.buffer, some.byteOffset);
    expect([size.getUint32(16), size.getUint32(20)]).toEqual([180, 60]);
    expect(some.length).toBeGreaterThan(2 * none.length);
  });
});
