import { describe, expect, it } from 'vitest';
import { spreadLines } from '../../src/cli/spread.ts';
import { columns } from '../../src/cli/text.ts';

const times = (count: number, error: number): number[] => Array(count).fill(error);

describe('the spread of errors over seeds', () => {
  it('has a row for each power of ten, empty ones among them, and one for what diverged', () => {
    const errors = [...times(7, 1e-7), 9.99e-7, 1e-6, 2e-4, Number.NaN, Number.POSITIVE_INFINITY];
    expect(spreadLines(errors)).toEqual([
      '  1e-7 … 1e-6  ████████ 8',
      '  1e-6 … 1e-5  █ 1',
      '  1e-5 … 1e-4  0',
      '  1e-4 … 1e-3  █ 1',
      '  diverged     ██ 2',
    ]);
  });

  it('puts powers of ten at the beginning of their rows, as they are written', () => {
    for (let power = -8; power <= 0; power++) {
      const text = `1e${power < 0 ? power : `+${power}`}`;
      expect(spreadLines([Number(text)])[0]).toMatch(new RegExp(`^  ${text.replace('+', '\\+')} … .* █ 1$`));
    }
  });

  it('gathers the smallest and the largest errors in a row each', () => {
    expect(spreadLines([0, 1e-12, 9e-9])).toEqual(['  below 1e-8  ███ 3']);
    expect(spreadLines([10, 1e30])).toEqual(['  from 1e+1  ██ 2']);
    expect(spreadLines([0, 1e9])).toHaveLength(11);
    expect(spreadLines([Number.NaN])).toEqual(['  diverged  █ 1']);
  });

  it('scales its bars to 80 columns, and shows at least half a block for a single seed', () => {
    const lines = spreadLines([...times(10_000, 1e-5), ...times(5000, 1e-4), 1e-3]);
    expect(lines).toEqual([
      `  1e-5 … 1e-4  ${'█'.repeat(40)} 10,000`,
      `  1e-4 … 1e-3  ${'█'.repeat(20)} 5,000`,
      '  1e-3 … 1e-2  ▌ 1',
    ]);
    expect(Math.max(...lines.map(columns))).toBeLessThanOrEqual(80);
  });
});
